"""Pictures: a drawing in, points out, for readers that show no drawings."""


def svg_to_png(svg: str) -> bytes:
    """The SVG document as PNG, one point for each of its units."""
    import vl_convert  # noqa: PLC0415 -- 50 MB that most processes never need

    return vl_convert.svg_to_png(svg, scale=1, ppi=72)
