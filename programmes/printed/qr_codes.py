"""QR codes: an address as a drawing (for print and for pages) and as a picture (for everything else)."""

import io

import qrcode
from django.utils.html import escape
from qrcode.constants import ERROR_CORRECT_M

QUIET = 4  # modules of white around it, which readers need (ISO/IEC 18004)
PICTURE_PIXELS = 1200  # 10 cm at 300 dots an inch


def svg(address: str, *, label: str = "") -> str:
    """The code of ``address`` as an SVG of any size, black on white also on a dark page."""
    modules = _code(address).get_matrix()
    size = len(modules)
    runs = "".join(_runs(row, top) for top, row in enumerate(modules))
    title = f"<title>{escape(label)}</title>" if label else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img" shape-rendering="crispEdges">'
        f'{title}<rect width="{size}" height="{size}" fill="#fff"/><path fill="#000" d="{runs}"/></svg>'
    )


def png(address: str) -> bytes:
    """The code of ``address`` as a PNG of at least 1,200 pixels a side, black and white."""
    code = _code(address)
    code.box_size = -(-PICTURE_PIXELS // len(code.get_matrix()))
    file = io.BytesIO()
    code.make_image().save(file, "PNG")
    return file.getvalue()


def _code(address: str) -> qrcode.QRCode:
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    code.add_data(address)
    code.make(fit=True)
    return code


def _runs(row: list[bool], top: int) -> str:
    """The dark modules of one line as rectangles, neighbours in one."""
    drawn, left = [], 0
    while left < len(row):
        right = left
        while right < len(row) and row[right]:
            right += 1
        if right > left:
            drawn.append(f"M{left},{top}h{right - left}v1h-{right - left}z")
        left = right + 1
    return "".join(drawn)
