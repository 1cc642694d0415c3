"""What each field means, for who fills it in: one table, both languages, shown by the macro `help_on` beside the field.

A field that is filled in by guessing is worse than an empty one, because a partner acts on it. So each entry says what
to write, what it leads to, and what to do in doubt. Nothing here decides anything; the rules are on the floors below.
"""

from __future__ import annotations

from entente.errors import Text

HELP: dict[str, Text] = {
    # -- a report ----------------------------------------------------------------------------------------
    "basis": Text(
        "Un fait peut se vérifier : vu, mesuré, lu sur pièce. Une appréciation est ce que vous en "
        "concluez ; elle porte votre nom et ce qui la fonde. Rapporté : quelqu’un vous l’a dit, et "
        "vous n’avez pas pu le vérifier. Dans le doute, « rapporté ».",
        "A fact can be checked: seen, measured, read from a document. An assessment is what you "
        "conclude; it bears your name and what it rests on. Reported: somebody told you, and you could "
        "not check it. In doubt, “reported”.",
    ),
    "grounds": Text(
        "Sur quoi repose votre appréciation, en une phrase : les fiches, les pièces, ce que vous avez "
        "observé. Sans cela, personne ne peut la juger.",
        "What your assessment rests on, in a sentence: the records, the documents, what you observed. "
        "Without it nobody can weigh it.",
    ),
    "grade_source": Text(
        "Qui vous l’a dit, et dit-il vrai d’habitude ? La lettre juge la source, jamais ce qu’elle dit "
        "cette fois. Vous ne la connaissez pas : prenez la lettre « non évaluable ».",
        "Who told you, and are they usually right? The letter judges the source, never what it says "
        "this time. You do not know the source: take the letter for “cannot be judged”.",
    ),
    "grade_information": Text(
        "Cette information-ci tient-elle, quelle que soit la source ? Recoupée par une autre source "
        "indépendante, elle monte. Répétée par la même, non. Votre cotation reste telle quelle ; "
        "l’autre rive la lit aussi dans sa propre échelle, jamais meilleure que la vôtre.",
        "Does this piece of information hold, whoever said it? Confirmed by another independent source "
        "it rises. Repeated by the same one, it does not. Your grade stays as you gave it; the other "
        "shore also reads it in its own scheme, never better than yours.",
    ),
    "completeness": Text(
        "Complet : la source a dit tout ce qu’elle savait. Partiel : il en manque, et vous le savez. "
        "Sinon, laissez « on ne sait pas » : c’est aussi une réponse.",
        "Complete: the source told all it knew. Partial: something is missing, and you know it. "
        "Otherwise leave “not known”: that is an answer too.",
    ),
    "certainty": Text(
        "À quel point vous-même êtes sûr de cet énoncé, en un mot. Ce mot voyage avec l’énoncé ; on ne "
        "l’arrondit pas vers le haut.",
        "How sure you yourself are of this statement, in one word. The word travels with the "
        "statement; it is not rounded up.",
    ),
    "checked_on": Text(
        "Le jour où quelqu’un a vérifié l’énoncé pour la dernière fois. Un énoncé ancien n’est pas "
        "faux ; mais il faut que l’autre rive le voie.",
        "The day on which somebody last checked the statement. An old statement is not false; but the "
        "other shore must be able to see that it is old.",
    ),
    "category": Text(
        "La qualité de la personne dans cette affaire, aujourd’hui. « Non évalué » tant que personne "
        "n’a décidé. « Mis en cause » et « condamné » ne se choisissent pas ici : ils se proposent, et "
        "une seconde personne décide. Une victime possible se dit tout de suite : elle est protégée "
        "avant d’être certaine.",
        "What the person is in this matter, today. “Not yet assessed” as long as nobody has decided. "
        "“Suspect” and “convicted” are not chosen here: they are proposed, and a second person "
        "decides. A possible victim is said at once: protected before it is certain.",
    ),
    "age_band": Text(
        "Moins de 18 ans, ou âge contesté : la personne est traitée comme mineure jusqu’à preuve du "
        "contraire.",
        "Under 18, or age disputed: the person is treated as a minor until shown otherwise.",
    ),
    "regime": Text(
        "Trafic illicite de migrants : on aide à passer une frontière. Traite des êtres humains : on "
        "exploite une personne. Deux infractions, deux protections ; ne devinez pas. « Non déterminé » "
        "convient tant que vous ne savez pas.",
        "Smuggling of migrants: somebody is helped across a border. Trafficking in human beings: "
        "somebody is exploited. Two offences, two protections; do not guess. “Undetermined” is right "
        "as long as you do not know.",
    ),
    "handling": Text(
        "Ce que les destinataires pourront en faire. H0 : pour la seule finalité dite. H1 : pas devant "
        "un juge sans votre accord. H2 : pas plus loin sans votre accord. H3 : vos conditions écrites, "
        "acceptées avant l’ouverture. Les codes s’ajoutent ; ils ne s’emboîtent pas.",
        "What recipients may do with it. H0: for the stated purpose only. H1: not before a judge "
        "without your consent. H2: no further without your consent. H3: your written conditions, "
        "accepted before opening. Codes add up; none contains another.",
    ),
    "conditions": Text(
        "Écrivez ce que le lecteur peut faire et ne peut pas faire, comme à un collègue. Il les lit et "
        "les accepte avant de voir le reste. Aucun nom, aucun numéro : ces lignes se lisent avant le "
        "contenu.",
        "Write what the reader may and may not do, as to a colleague. They read and accept it before "
        "they see the rest. No name, no number: these lines are read before the contents.",
    ),
    "recipients": Text(
        "À qui cela va, et à personne d’autre : une partie entière, ou des services nommés. Avant "
        "l’envoi, la page montre ce que chacun verra, et pourquoi pas le reste.",
        "To whom it goes, and to nobody else: a whole party, or named services. Before it is sent the "
        "page shows what each will see, and why not the rest.",
    ),
    "compartment": Text(
        "Où la fiche est rangée. Aucun code n’ouvre un rangement : un dossier judiciaire s’ouvre à son "
        "gardien, une fiche de victime à son référent, la sauvegarde de la vie aux veilleurs.",
        "Where the record lies. No code opens a compartment: a judicial file opens to its keeper, a "
        "victim’s record to the keeper of victims’ records, life saving to watch-keepers.",
    ),
    "lane": Text(
        "À quelle vitesse. Urgent : on attend une réponse sous 8 heures, et quelqu’un est appelé. "
        "Courant : 7 jours. La vie en mer passe devant tout, sans que vous ayez à le demander.",
        "How fast. Urgent: an answer is expected within 8 hours, and somebody is called. Routine: 7 "
        "days. Life at sea goes before everything, without your asking.",
    ),
    "reference": Text(
        "Le numéro que votre service donne à la fiche, par exemple FR-OLT-101. L’autre rive le cite "
        "pour vous répondre. Il se lit sans ouvrir la fiche : jamais un nom ni un numéro de téléphone.",
        "The number that your service gives the record, for example FR-OLT-101. The other shore quotes "
        "it to answer you. It is read without opening the record: never a name or a telephone number.",
    ),
    "matter": Text(
        "L’affaire ou l’incident, par son nom ou son numéro, comme OYAT. On relit une fiche dans "
        "l’affaire pour laquelle elle a été écrite. Jamais le nom d’une personne.",
        "The matter or incident, by its name or number, such as OYAT. A record is read again in the "
        "matter for which it was written. Never the name of a person.",
    ),
    "purpose": Text(
        "Pourquoi cette fiche existe. Elle ne servira pas à autre chose : une autre finalité demande "
        "une décision, et sa base légale.",
        "Why this record exists. It will serve nothing else: another purpose takes a decision, with "
        "its legal basis.",
    ),
    "erase_by": Text(
        "Le jour où la fiche disparaît d’elle-même, ici et chez ceux qui l’ont reçue. La règle propose "
        "une date ; plus tôt est toujours permis.",
        "The day on which the record goes by itself, here and wherever it was sent. The rule proposes "
        "a day; earlier is always allowed.",
    ),
    "said_at": Text(
        "Quand cela a été vu ou dit, avec son fuseau ; non quand vous l’écrivez. À minuit près, un "
        "bateau change de jour.",
        "When it was seen or said, with its zone; not when you write it down. Around midnight a boat "
        "changes day.",
    ),
    "language": Text(
        "La langue dans laquelle cela a été dit. Écrivez les mots tels quels : l’original reste, la "
        "traduction vient à côté.",
        "The language in which it was said. Write the words as they are: the original stays, the "
        "translation comes beside it.",
    ),
    "position": Text(
        "Degrés et minutes décimales, latitude d’abord, avec le nord et l’est ou l’ouest. « À tant de "
        "mètres près » en fait partie : un point trop précis envoie chercher au mauvais endroit.",
        "Degrees and decimal minutes, latitude first, with north and east or west. “To within so many "
        "metres” belongs to it: a point that is too exact sends people to look in the wrong place.",
    ),
    "persons": Text(
        "Un intervalle, pas un chiffre : « de 28 à 36 ». Au moins ceux que vous avez comptés, au plus "
        "ceux qui ont pu monter. Les enfants en font partie ; dites combien.",
        "An interval, not a figure: “28 to 36”. At least those you counted, at most those who may have "
        "boarded. Children are among them; say how many.",
    ),
    # -- a warning ---------------------------------------------------------------------------------------
    "warning_place": Text(
        "La plage ou le port, par le nom que les patrouilles emploient.",
        "The beach or port, by the name that patrols use.",
    ),
    "warning_window": Text(
        "De quand à quand un départ est probable. Une fenêtre large est honnête ; une fenêtre étroite "
        "et fausse dégarnit une autre plage.",
        "From when to when a launch is likely. A wide window is honest; a narrow and wrong one leaves "
        "another beach bare.",
    ),
    "warning_boats": Text(
        "Combien d’embarcations, au moins et au plus. Laissez le plus vide si vous ne savez pas.",
        "How many boats, at least and at most. Leave the most empty if you do not know.",
    ),
    "warning_confidence": Text(
        "À quel point vous y croyez, en un mot. Ceux qui veillent décident avec ce mot de ce qu’ils "
        "envoient.",
        "How far you believe it, in one word. Those on watch decide by that word what they send.",
    ),
    "warning_to": Text(
        "Les patrouilles voisines reçoivent l’alerte entière. Le sauvetage reçoit un avertissement "
        "expurgé : lieu, fenêtre, nombre, confiance, et rien sur les personnes.",
        "Neighbouring patrols receive the whole alert. Rescue receives a sanitised warning: place, "
        "window, number, confidence, and nothing about persons.",
    ),
    # -- a hit -------------------------------------------------------------------------------------------
    "verdict": Text(
        "Même : vous en répondez. Différent : la machine ne les rapprochera plus. Incertain : c’est "
        "une réponse, et elle reste ouverte. Votre appréciation lie la machine, jamais un collègue : "
        "il peut apprécier autrement.",
        "Same: you answer for it. Different: the machine will not link them again. Unsure: that is an "
        "answer, and it stays open. Your judgement binds the machine, never a colleague: they may "
        "judge otherwise.",
    ),
    "verdict_reason": Text(
        "Pourquoi, en une phrase que votre collègue d’en face comprend. Elle part avec l’appréciation, "
        "chez qui détient les deux fiches et chez nul autre.",
        "Why, in a sentence that your colleague across the water understands. It goes with the "
        "judgement, to who holds both records and to nobody else.",
    ),
    "bits": Text(
        "Un bit double les chances : 10 bits, environ mille fois plus probable ; en dessous de zéro, "
        "cela parle contre. Zéro ne dit rien. C’est l’appréciation d’une machine, jamais un fait.",
        "One bit doubles the odds: 10 bits, about a thousand times likelier; below zero it speaks "
        "against. Zero says nothing. It is a machine’s assessment, never a fact.",
    ),
    "sheet": Text(
        "Qui agit, qui attend, quand on se revoit. La feuille est lue des deux rives : du travail, "
        "rien des dossiers.",
        "Who acts, who waits, when you meet again. Both shores read the sheet: of the work, nothing of "
        "the files.",
    ),
    # -- the house ---------------------------------------------------------------------------------------
    "shift_reason": Text(
        "Pourquoi vous lisez pendant ce service. Le registre inscrit ce motif à chaque fiche ouverte. "
        "Ni nom, ni numéro.",
        "Why you read during this shift. The register writes this reason at every record you open. No "
        "name, no number.",
    ),
    "shift_notes": Text(
        "Ce que la relève doit savoir, et ce qui reste ouvert, un point par ligne. Qui prend la suite "
        "l’accepte par son nom.",
        "What the next shift must know, and what is open, one point a line. Whoever takes over accepts "
        "it by name.",
    ),
    "roster_times": Text(
        "Du début à la fin, avec le fuseau de votre rive. Une détresse ou une demande urgente appelle "
        "qui est inscrit.",
        "From beginning to end, in the time of your shore. A distress or an urgent request calls "
        "whoever is entered.",
    ),
    "roster_backup": Text(
        "Le suppléant est appelé après les autres, quand personne ne répond.",
        "The backup is called after the others, when nobody answers.",
    ),
    "proposal_category": Text(
        "La qualité que vous proposez, dans cette affaire et nulle autre. Rien ne change avant qu’une "
        "seconde personne ait tout lu, pour et contre, et décidé.",
        "The category that you propose, in this matter and no other. Nothing changes before a second "
        "person has read all of it, for and against, and decided.",
    ),
    "proposal_basis": Text(
        "L’énoncé sur lequel la proposition repose. Pour « mis en cause » ou « condamné », c’est un "
        "fait, pas une appréciation ni un rapprochement de la machine.",
        "The statement that the proposal rests on. For “suspect” or “convicted” it is a fact, not an "
        "assessment and not a link by the machine.",
    ),
    "proposal_reason": Text(
        "Ce que vous diriez à un magistrat, en quelques phrases. La seconde personne le lit à côté de "
        "tout ce qui parle contre.",
        "What you would say to a magistrate, in a few sentences. The second person reads it beside all "
        "that speaks against.",
    ),
    "translation": Text(
        "Traduisez ce qui est écrit, non ce qui est voulu. Une ébauche attend une autre personne que "
        "vous ; une traduction définitive porte votre nom. L’original reste à côté, toujours.",
        "Translate what is written, not what is meant. A draft waits for another person than you; a "
        "final translation bears your name. The original stays beside it, always.",
    ),
    # -- a request of a data subject ---------------------------------------------------------------------
    "request_person": Text(
        "Le nom et la naissance tels que la personne les donne, avec ses autres écritures. Ils servent "
        "à chercher et n’entrent pas au registre.",
        "Name and birth as the person gives them, with other spellings. They serve the search and do "
        "not enter the register.",
    ),
    "request_right": Text(
        "Accès, rectification, effacement ou limitation : ce que la personne demande, dans ses mots.",
        "Access, rectification, erasure or restriction: what the person asks for, in their words.",
    ),
    "request_identity": Text(
        "Comment vous savez que c’est bien elle. Sans cela, répondre dirait à un autre qu’elle est "
        "connue ici.",
        "How you know that it is this person. Without it an answer would tell somebody else that they "
        "are known here.",
    ),
    "request_due": Text(
        "Le dernier jour pour répondre. La lettre a la même forme, que l’on détienne quelque chose ou non.",
        "The last day to answer. The letter has the same shape whether anything is held or not.",
    ),
}
