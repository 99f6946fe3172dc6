"""Koppel's own sentences for Exact Online's refusals in Dutch and French; English stands with the patterns."""

from __future__ import annotations

Pair = tuple[str, str]
"""What went wrong, and what to do about it. `{0}` is what the service named, `{text}` its whole sentence."""

UNKNOWN = "unknown"
MORE = "more"

_NL: dict[str, Pair] = {
    "period": (
        "De periode is afgesloten in Exact Online.",
        "Open de periode even in Exact Online, of geef het document een datum in een open periode; probeer het dan opnieuw.",
    ),
    "fiscal_year": (
        "De datum valt in een boekjaar dat in Exact Online niet bestaat.",
        "Maak het boekjaar met zijn periodes aan in Exact Online, of verbeter de datum; probeer het dan opnieuw.",
    ),
    "reference": (
        "Exact Online kent niet wat bij “{0}” is ingevuld.",
        "Maak het aan in Exact Online, of kies in de waardetabel of de veldkoppeling iets dat bestaat; probeer het dan opnieuw.",
    ),
    "mandatory": (
        "Exact Online wil dat “{0}” is ingevuld.",
        "Vul het in bij de bron, of geef het veld een waarde in de veldkoppeling; probeer het dan opnieuw.",
    ),
    "exists": (
        "Er is in Exact Online al een record met hetzelfde nummer of dezelfde code.",
        "Zoek het op in Exact Online. Is het hetzelfde, verbeter dan het e-mailadres, de code of de referentie, zodat het herkend wordt.",
    ),
    "in_use": (
        "“{0}” is al in gebruik in Exact Online.",
        "Kies een ander nummer, of laat het veld weg zodat Exact Online er een geeft; probeer het dan opnieuw.",
    ),
    "callback": (
        "Exact Online kan het adres voor webhooks niet bereiken: het kreeg {0}.",
        "Maak de back-office op dat adres bereikbaar vanaf internet, over HTTPS; test de verbinding dan opnieuw.",
    ),
    "callback_address": (
        "Exact Online aanvaardt het adres voor webhooks niet.",
        "Het moet met https:// beginnen en op het domein van het redirect-adres van uw app liggen.",
    ),
    "vat": (
        "Exact Online aanvaardt de btw op een regel niet ({0}).",
        "Open de tabel btw-codes en kies een code die op deze datum voor verkoop geldt; probeer het dan opnieuw.",
    ),
    "email": (
        "Exact Online aanvaardt het e-mailadres niet ({0}).",
        "Verbeter het e-mailadres bij de bron; probeer het dan opnieuw.",
    ),
    "journal": (
        "Het dagboek is van de verkeerde soort voor dit document ({0}).",
        "Kies een verkoopdagboek; probeer het dan opnieuw.",
    ),
    "customer": (
        "Exact Online aanvaardt deze relatie niet als klant ({0}).",
        "Geef de relatie in Exact Online de status “klant”; probeer het dan opnieuw.",
    ),
    "blocked": ("“{0}” is geblokkeerd in Exact Online.", "Hef de blokkade op in Exact Online; probeer het dan opnieuw."),
    "completed": (
        "Het document is voltooid in Exact Online en kan niet meer gewijzigd worden.",
        "Wijzig het zo nodig zelf in Exact Online en sla dit record daarna over.",
    ),
    "fixed": (
        "“{0}” kan in Exact Online niet gewijzigd worden.",
        "Zet de regel van de veldkoppeling op “alleen bij nieuw”; probeer het dan opnieuw.",
    ),
    "edition": (
        "Uw editie van Exact Online heeft dit niet. Exact Online zegt: {text}",
        "Zet de regel van de veldkoppeling die het vult uit, of neem een andere editie; probeer het dan opnieuw.",
    ),
    "length": (
        "De tekst voor “{0}” is te lang voor Exact Online.",
        "Kort hem in bij de bron, of laat de veldkoppeling hem afkappen; probeer het dan opnieuw.",
    ),
    "value": (
        "Exact Online aanvaardt {0} niet.",
        "Verbeter de waarde bij de bron, of de regel van de veldkoppeling die haar maakt; probeer het dan opnieuw.",
    ),
    UNKNOWN: (
        "Exact Online weigerde het: {text}",
        "Verbeter het record bij de bron of in Exact Online, zoals de tekst zegt; probeer het dan opnieuw.",
    ),
    MORE: (" Het zegt ook: {text}", ""),
}

_FR: dict[str, Pair] = {
    "period": (
        "La période est clôturée dans Exact Online.",
        "Rouvrez un instant la période dans Exact Online, ou donnez au document une date dans une période ouverte ; puis réessayez.",
    ),
    "fiscal_year": (
        "La date tombe dans un exercice qui n'existe pas dans Exact Online.",
        "Créez l'exercice et ses périodes dans Exact Online, ou corrigez la date ; puis réessayez.",
    ),
    "reference": (
        "Exact Online ne connaît pas ce qui est rempli pour « {0} ».",
        "Créez-le dans Exact Online, ou choisissez une valeur existante dans la table de valeurs ou la correspondance des champs ; "
        "puis réessayez.",
    ),
    "mandatory": (
        "Exact Online veut que « {0} » soit rempli.",
        "Remplissez-le à la source, ou donnez une valeur au champ dans la correspondance des champs ; puis réessayez.",
    ),
    "exists": (
        "Exact Online contient déjà un enregistrement avec le même numéro ou le même code.",
        "Cherchez-le dans Exact Online. Si c'est le même, corrigez son adresse e-mail, son code ou sa référence, pour qu'il soit reconnu.",
    ),
    "in_use": (
        "« {0} » est déjà utilisé dans Exact Online.",
        "Choisissez un autre numéro, ou laissez le champ vide pour qu'Exact Online en donne un ; puis réessayez.",
    ),
    "callback": (
        "Exact Online ne peut pas atteindre l'adresse des webhooks : il a reçu {0}.",
        "Rendez le back-office accessible depuis Internet à cette adresse, en HTTPS ; puis testez de nouveau la connexion.",
    ),
    "callback_address": (
        "Exact Online n'accepte pas l'adresse des webhooks.",
        "Elle doit commencer par https:// et être sur le domaine de l'adresse de redirection de votre application.",
    ),
    "vat": (
        "Exact Online n'accepte pas la TVA d'une ligne ({0}).",
        "Ouvrez la table des codes TVA et choisissez un code valable pour la vente à cette date ; puis réessayez.",
    ),
    "email": (
        "Exact Online n'accepte pas l'adresse e-mail ({0}).",
        "Corrigez l'adresse e-mail à la source ; puis réessayez.",
    ),
    "journal": (
        "Le journal n'est pas du bon type pour ce document ({0}).",
        "Choisissez un journal de ventes ; puis réessayez.",
    ),
    "customer": (
        "Exact Online n'accepte pas cette relation comme client ({0}).",
        "Donnez à la relation le statut « client » dans Exact Online ; puis réessayez.",
    ),
    "blocked": ("« {0} » est bloqué dans Exact Online.", "Débloquez-le dans Exact Online ; puis réessayez."),
    "completed": (
        "Le document est terminé dans Exact Online et ne peut plus être modifié.",
        "Modifiez-le au besoin vous-même dans Exact Online, puis ignorez cet enregistrement.",
    ),
    "fixed": (
        "Exact Online ne permet pas de modifier « {0} ».",
        "Mettez la ligne de la correspondance des champs sur « seulement pour un nouveau » ; puis réessayez.",
    ),
    "edition": (
        "Votre édition d'Exact Online n'a pas cela. Exact Online dit : {text}",
        "Désactivez la ligne de la correspondance des champs qui le remplit, ou changez d'édition ; puis réessayez.",
    ),
    "length": (
        "Le texte pour « {0} » est trop long pour Exact Online.",
        "Raccourcissez-le à la source, ou laissez la correspondance des champs le couper ; puis réessayez.",
    ),
    "value": (
        "Exact Online n'accepte pas {0}.",
        "Corrigez la valeur à la source, ou la ligne de la correspondance des champs qui la fait ; puis réessayez.",
    ),
    UNKNOWN: (
        "Exact Online l'a refusé : {text}",
        "Corrigez l'enregistrement à la source ou dans Exact Online, comme le dit le texte ; puis réessayez.",
    ),
    MORE: (" Il dit aussi : {text}", ""),
}

_EN: dict[str, Pair] = {
    UNKNOWN: (
        "Exact Online refused it: {text}",
        "Correct the record in the source or in Exact Online, as the text says; then retry.",
    ),
    MORE: (" It also says: {text}", ""),
}

LANGUAGES = {"nl": _NL, "fr": _FR, "en": _EN}


def said(language: str, cause: str, english: Pair | None = None) -> Pair:
    """The sentence and the resolution for this cause in this language; English where it is not spoken here."""
    return LANGUAGES.get(language[:2].lower(), _EN).get(cause) or english or _EN[cause]
