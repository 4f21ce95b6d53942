"""The words people agree to, in each language. They are evidence: whoever changes one gives it a new version.

That is why they stand here and not among the translations, where a better word would quietly change what was agreed.
"""

from people.models import Language, Purpose

CA, ES, EN = Language.CATALAN, Language.SPANISH, Language.ENGLISH

TEXTS: dict[str, tuple[str, dict[str, str]]] = {
    Purpose.ENQUIRY: (
        "enquiry-2026-1",
        {
            CA: "Feu servir les meves dades per respondre aquesta consulta.",
            ES: "Usad mis datos para responder a esta consulta.",
            EN: "Use my details to answer this enquiry.",
        },
    ),
    Purpose.COMMERCIAL: (
        "commercial-2026-1",
        {
            CA: "Envieu-me notícies i ofertes sobre programes. Les puc aturar quan vulgui amb un sol clic.",
            ES: "Enviadme novedades y ofertas sobre programas. Puedo darme de baja en cualquier momento con un clic.",
            EN: "Send me news and offers about programmes. I can stop them at any time with one click.",
        },
    ),
    Purpose.SERVICE: (
        "service-2026-1",
        {
            CA: "Escriviu-me sobre els meus estudis, pagaments i documents.",
            ES: "Escribidme sobre mis estudios, pagos y documentos.",
            EN: "Write to me about my studies, payments and documents.",
        },
    ),
    Purpose.SURVEY: (
        "survey-2026-1",
        {
            CA: "Pregunteu-me de tant en tant si estic a gust.",
            ES: "Preguntadme de vez en cuando por mi satisfacción.",
            EN: "Ask me now and then how satisfied I am.",
        },
    ),
    Purpose.PROFILING: (
        "profiling-2026-1",
        {
            CA: "Deduïu, a partir del que faig aquí, què em pot interessar i si és probable que necessiti ajuda.",
            ES: "Deducid de lo que hago aquí qué puede interesarme y hasta qué punto es probable que necesite ayuda.",
            EN: "Work out from what I do here what may interest me, and how likely I am to need help.",
        },
    ),
    Purpose.PHOTOGRAPHS: (
        "photographs-2026-1",
        {
            CA: "Publiqueu, al web i a les xarxes de l’escola, fotografies i vídeos on surto. "
            "Si ho retiro, els traieu i no en publiqueu més.",
            ES: "Publicad, en la web y en las redes de la escuela, fotografías y vídeos en los que aparezco. "
            "Si lo retiro, los quitáis y no publicáis más.",
            EN: "Publish, on the school’s website and networks, photographs and videos in which I appear. "
            "If I withdraw this, you take them down and publish no more.",
        },
    ),
}
