"""What every page of the website shows around its content: the school, the menus, the languages."""


def site_shell(request) -> dict:
    return {}
