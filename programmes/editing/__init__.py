"""What editors are helped with: what a sheet lacks, languages, search engines, approval, schedules."""
