"""What programmes does around every request."""

from programmes.website import trail


class KeepCampaign:
    """Who came by a campaign's link keeps its marks on every page of ours they go on to, without a cookie.

    It stands outside the page cache: pages are kept without marks, and get those of each visitor on their way out.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        marks = trail.read(request.GET) if request.method == "GET" and request.META.get("QUERY_STRING") else {}
        if not marks or request.path.startswith("/admin/"):
            return response
        if response.has_header("Location"):
            if "utm_" not in response["Location"]:  # a slot or a printed paper says for itself where one comes from
                response["Location"] = trail.mark_address(response["Location"], marks)
        elif not response.streaming and response.get("Content-Type", "").startswith("text/html"):
            response.content = trail.carry(response.content.decode(response.charset), marks)
            if response.has_header("Content-Length"):
                response["Content-Length"] = str(len(response.content))
        return response
