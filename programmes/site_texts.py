"""The standing texts of the website of Escola Llevant, a fictional school, in its three languages."""

SCHOOL = {
    "name": "Escola Llevant",
    "tagline_ca": "Formació per a tota la vida, a Barcelona i en línia",
    "tagline_es": "Formación para toda la vida, en Barcelona y en línea",
    "tagline_en": "Lifelong learning, in Barcelona and online",
    "email": "hola@llevant.example",
    "phone": "+34 930 000 100",
    "address": "Passatge de la Impremta Vella, 12\n08005 Barcelona",
    "tax_number": "G00000000",
}

HOMES = {
    "ca": {
        "title": "Escola Llevant",
        "slug": "inici",
        "promise": "Aprèn el que et falta per fer el pas següent",
        "intro": "Cursos, especialitzacions i màsters per a persones que ja treballen. Pregunta el que vulguis: "
        "una persona et respon en 24 hores.",
    },
    "es": {
        "title": "Escola Llevant",
        "slug": "inicio",
        "promise": "Aprende lo que te falta para dar el siguiente paso",
        "intro": "Cursos, especializaciones y másteres para personas que ya trabajan. Pregunta lo que quieras: "
        "una persona te responde en 24 horas.",
    },
    "en": {
        "title": "Escola Llevant",
        "slug": "start",
        "promise": "Learn what is missing for your next step",
        "intro": "Courses, specialisations and master’s degrees for people who already work. Ask us anything: "
        "a person answers you within 24 hours.",
    },
}

CATALOGUE = {
    "ca": {"title": "Programes", "intro": "Tot el que ensenyem, amb dates, durada i preu a la vista."},
    "es": {"title": "Programas", "intro": "Todo lo que enseñamos, con fechas, duración y precio a la vista."},
    "en": {"title": "Programmes", "intro": "Everything we teach, with dates, length and price in plain sight."},
}

ARTICLES = {
    "ca": {
        "title": "Articles i notícies",
        "slug": "articles",
        "intro": "El que hem après ensenyant, i el que passa a l’escola.",
    },
    "es": {
        "title": "Artículos y noticias",
        "slug": "articulos",
        "intro": "Lo que hemos aprendido enseñando, y lo que pasa en la escuela.",
    },
    "en": {
        "title": "Articles and news",
        "slug": "articles",
        "intro": "What teaching has taught us, and what happens at the school.",
    },
}

TEACHERS = {
    "ca": {
        "title": "Professorat",
        "slug": "professorat",
        "intro": "Persones que exerceixen l’ofici que ensenyen.",
    },
    "es": {
        "title": "Profesorado",
        "slug": "profesorado",
        "intro": "Personas que ejercen el oficio que enseñan.",
    },
    "en": {
        "title": "Teachers",
        "slug": "teachers",
        "intro": "People who practise what they teach.",
    },
}

ABOUT = {
    "ca": {
        "title": "L’escola",
        "slug": "escola",
        "body": "<p>L’Escola Llevant va obrir el 1987 en una antiga impremta del Poblenou. Des d’aleshores ensenyem a "
        "persones adultes que volen canviar de feina, posar-se al dia o reprendre els estudis que van deixar.</p>"
        "<h2>Com ensenyem</h2><p>Grups petits, professorat que exerceix l’ofici i un tutor o tutora que et coneix pel "
        "nom. Cada programa comença pel problema que resol i acaba amb una cosa feta per tu.</p>"
        "<h2>Què et prometem</h2><ul><li>Una resposta d’una persona en 24 hores.</li><li>El preu sencer "
        "abans de demanar plaça.</li><li>Un tutor o tutora des del primer dia.</li><li>Els comptes clars: publiquem "
        "la satisfacció i l’abandonament de cada programa.</li></ul>",
    },
    "es": {
        "title": "La escuela",
        "slug": "escuela",
        "body": "<p>Escola Llevant abrió en 1987 en una antigua imprenta del Poblenou. Desde entonces enseñamos a "
        "personas adultas que quieren cambiar de trabajo, ponerse al día o retomar los estudios que dejaron.</p>"
        "<h2>Cómo enseñamos</h2><p>Grupos pequeños, profesorado que ejerce el oficio y un tutor o tutora que te conoce "
        "por tu nombre. Cada programa empieza por el problema que resuelve y acaba con algo hecho por ti.</p>"
        "<h2>Qué te prometemos</h2><ul><li>Una respuesta de una persona en 24 horas.</li><li>El precio "
        "entero antes de pedir plaza.</li><li>Un tutor o tutora desde el primer día.</li><li>Las cuentas claras: "
        "publicamos la satisfacción y el abandono de cada programa.</li></ul>",
    },
    "en": {
        "title": "About the school",
        "slug": "about",
        "body": "<p>Escola Llevant opened in 1987 in a former printing works in Poblenou. Ever since, we have taught "
        "adults who want to change jobs, catch up, or go back to the studies they once left.</p>"
        "<h2>How we teach</h2><p>Small groups, teachers who practise what they teach, and a tutor who knows you by "
        "name. Each programme starts with the problem it solves and ends with something you made.</p>"
        "<h2>What we promise</h2><ul><li>An answer from a person within 24 hours.</li><li>The whole price "
        "before you ask for a place.</li><li>A tutor from the first day.</li><li>Open books: we publish the "
        "satisfaction and the dropout of every programme.</li></ul>",
    },
}

PRIVACY = {
    "ca": {
        "title": "Privadesa",
        "slug": "privadesa",
        "body": "<p>Qui respon de les teves dades és l’Escola Llevant, passatge de la Impremta Vella 12, 08005 "
        "Barcelona. Pots "
        "escriure al nostre delegat de protecció de dades a dpo@llevant.example.</p>"
        "<h2>Què desem i per què</h2><ul><li>El que ens escrius quan preguntes, per respondre’t.</li><li>El que cal "
        "per matricular-te, cobrar i certificar, perquè el contracte i la llei ho demanen.</li><li>Com avances en els "
        "estudis, perquè el teu tutor o tutora et pugui ajudar.</li><li>Novetats i ofertes, només si ens dius que sí; "
        "cada canal es demana a part.</li></ul>"
        "<h2>Quant de temps</h2><p>Les preguntes que no acaben en matrícula, dos anys. Els expedients i les factures, "
        "el que mana la llei.</p><h2>Els teus drets</h2><p>Pots veure, corregir, endur-te i esborrar les teves "
        "dades, i "
        "oposar-te a com les fem servir, des de l’enllaç de preferències que porta cada missatge o escrivint-nos. "
        "També pots reclamar a l’Autoritat Catalana de Protecció de Dades.</p>",
    },
    "es": {
        "title": "Privacidad",
        "slug": "privacidad",
        "body": "<p>Quien responde de tus datos es Escola Llevant, passatge de la Impremta Vella 12, 08005 Barcelona. "
        "Puedes "
        "escribir a nuestro delegado de protección de datos en dpo@llevant.example.</p>"
        "<h2>Qué guardamos y por qué</h2><ul><li>Lo que nos escribes cuando preguntas, para responderte.</li><li>Lo "
        "que "
        "hace falta para matricularte, cobrar y certificar, porque el contrato y la ley lo piden.</li><li>Cómo avanzas "
        "en los estudios, para que tu tutor o tutora pueda ayudarte.</li><li>Novedades y ofertas, solo si nos dices "
        "que "
        "sí; cada canal se pide aparte.</li></ul>"
        "<h2>Cuánto tiempo</h2><p>Las preguntas que no acaban en matrícula, dos años. Los expedientes y las facturas, "
        "lo que manda la ley.</p><h2>Tus derechos</h2><p>Puedes ver, corregir, llevarte y borrar tus datos, y "
        "oponerte a "
        "cómo los usamos, desde el enlace de preferencias que lleva cada mensaje o escribiéndonos. También puedes "
        "reclamar ante la Agencia Española de Protección de Datos.</p>",
    },
    "en": {
        "title": "Privacy",
        "slug": "privacy",
        "body": "<p>Escola Llevant, passatge de la Impremta Vella 12, 08005 Barcelona, answers for your data. You can "
        "write to "
        "our data protection officer at dpo@llevant.example.</p>"
        "<h2>What we keep and why</h2><ul><li>What you write to us when you ask, to answer you.</li><li>What it "
        "takes to "
        "enrol you, collect fees and certify, because contract and law require it.</li><li>How your studies go, so "
        "that "
        "your tutor can help you.</li><li>News and offers, only if you say yes; each channel is asked for "
        "apart.</li></ul>"
        "<h2>For how long</h2><p>Questions that do not end in an enrolment, two years. Student records and invoices, "
        "as "
        "long as the law says.</p><h2>Your rights</h2><p>You can see, correct, take away and erase your data, and "
        "object "
        "to how we use them, from the preference link in every message or by writing to us. You can also complain to "
        "the data protection authority.</p>",
    },
}

LEGAL_NOTICE = {
    "ca": {
        "title": "Avís legal",
        "slug": "avis-legal",
        "body": "<p>Aquest web és de l’Escola Llevant, fundació sense ànim de lucre, NIF G00000000, passatge de la "
        "Impremta Vella 12, 08005 Barcelona, hola@llevant.example, +34 930 000 100.</p><h2>Preus i places</h2><p>El "
        "preu que val "
        "és el "
        "que es mostra quan demanes plaça, amb els impostos inclosos. Tens catorze dies per fer-te enrere d’una "
        "matrícula feta a distància i recuperar tot el que has pagat, si el curs no ha començat.</p><h2>Continguts</h2>"
        "<p>Els textos i les imatges són de l’escola, tret dels catàlegs d’altres institucions, que porten la seva "
        "font "
        "i llicència.</p>",
    },
    "es": {
        "title": "Aviso legal",
        "slug": "aviso-legal",
        "body": "<p>Esta web es de Escola Llevant, fundación sin ánimo de lucro, NIF G00000000, passatge de la "
        "Impremta Vella 12, 08005 Barcelona, hola@llevant.example, +34 930 000 100.</p><h2>Precios y plazas</h2><p>El "
        "precio que vale "
        "es el "
        "que se muestra cuando pides plaza, con los impuestos incluidos. Tienes catorce días para desistir de una "
        "matrícula hecha a distancia y recuperar todo lo pagado, si el curso no ha empezado.</p><h2>Contenidos</h2>"
        "<p>Los textos y las imágenes son de la escuela, salvo los catálogos de otras instituciones, que llevan su "
        "fuente y licencia.</p>",
    },
    "en": {
        "title": "Legal notice",
        "slug": "legal-notice",
        "body": "<p>This website belongs to Escola Llevant, a non-profit foundation, tax number G00000000, passatge "
        "de la Impremta Vella 12, 08005 Barcelona, hola@llevant.example, +34 930 000 100.</p><h2>Prices and "
        "places</h2><p>The price "
        "that counts is the one shown when you ask for a place, taxes included. You have fourteen days to withdraw "
        "from "
        "an enrolment made at a distance and get back all you paid, if the course has not started.</p>"
        "<h2>Contents</h2><p>Texts and pictures are the school’s, except for the catalogues of other institutions, "
        "which "
        "carry their source and licence.</p>",
    },
}

COOKIES = {
    "ca": {
        "title": "Galetes",
        "slug": "galetes",
        "body": "<p>Fem servir només les galetes que calen perquè el web funcioni, i per això no et demanem permís: no "
        "n’hi ha de publicitat ni d’anàlisi, i cap no va a tercers.</p><ul><li><b>sessionid</b>: recorda que has "
        "entrat; s’esborra en sortir.</li><li><b>csrftoken</b>: evita que un altre web enviï formularis en nom teu; un "
        "any.</li><li><b>django_language</b>: recorda la teva llengua; un any.</li></ul>",
    },
    "es": {
        "title": "Cookies",
        "slug": "cookies",
        "body": "<p>Usamos solo las cookies que hacen falta para que la web funcione, y por eso no te pedimos "
        "permiso: no "
        "las hay de publicidad ni de análisis, y ninguna va a terceros.</p><ul><li><b>sessionid</b>: recuerda que has "
        "entrado; se borra al salir.</li><li><b>csrftoken</b>: evita que otra web envíe formularios en tu nombre; un "
        "año.</li><li><b>django_language</b>: recuerda tu idioma; un año.</li></ul>",
    },
    "en": {
        "title": "Cookies",
        "slug": "cookies",
        "body": "<p>We only use the cookies without which the website would not work, so we do not ask for permission: "
        "there are none for advertising or analysis, and none goes to third parties.</p><ul><li><b>sessionid</b>: "
        "remembers that you signed in; erased when you sign out.</li><li><b>csrftoken</b>: keeps other websites from "
        "sending forms in your name; one year.</li><li><b>django_language</b>: remembers your language; one "
        "year.</li></ul>",
    },
}

TEXT_PAGES = {
    "about": ABOUT,
    "privacy": PRIVACY,
    "legal-notice": LEGAL_NOTICE,
    "cookies": COOKIES,
}
