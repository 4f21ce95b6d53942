"""Who takes part in every forum, and who moderates; ``people.access.roles`` grants it after every migration."""

from people.access import roles

TAKE_PART, MODERATE = "community.take_part", "community.moderate"
FORUMS = ["community.view_forum", "community.change_forum"]

PERMISSIONS = {
    roles.TUTOR: [TAKE_PART],
    roles.MODERATOR: [TAKE_PART, MODERATE, *FORUMS],
    roles.DIRECTOR: ["community.view_forum"],
}
