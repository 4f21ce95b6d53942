"""Static files: hashed names for all of them, and small copies of those that pages ask for."""

from collections.abc import Iterable, Iterator

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Compresses the files with hashed names; no page names the others, and to compress them would take as long."""

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        hashed = set(self.hashed_files.values())
        return super().compress_files(path for path in paths if path in hashed)
