import type { CodeTexts } from "../texts.js";

export const codesDe: CodeTexts = {
  "json-empty": ["Hier steht kein JSON-Text.", "Die Eingabe ist leer oder besteht nur aus Leerraum. Geben Sie ein JSON-Objekt an."],
  "json-syntax": [
    "Das ist kein JSON.",
    "Der Text verletzt beim genannten Byte die Grammatik von RFC 8259. Kommentare, Kommas am Ende, einfache Anführungszeichen, NaN und dergleichen sind kein JSON. Berichtigen Sie den Text dort, wo er entsteht.",
  ],
  "json-utf8": [
    "Der Text ist kein gültiges UTF-8.",
    "Jeder Text ist UTF-8. Andere Bytes würden von verschiedenen Programmen verschieden gelesen. Wandeln Sie die Datei in UTF-8 um.",
  ],
  "json-bom": [
    "Der Text beginnt mit einer Byte-Reihenfolge-Marke (BOM).",
    "Eine Byte-Reihenfolge-Marke gehört nicht zu JSON und ändert den Hashwert. Speichern Sie die Datei ohne sie.",
  ],
  "json-duplicate-member": [
    "Ein Objekt nennt dasselbe Feld zweimal.",
    "Programme sind uneins, welches der beiden zählt; so könnte der eine Wert gezeigt und der andere gehasht werden. Behalten Sie eines.",
  ],
  "json-surrogate": [
    "Eine Zeichenkette enthält die Hälfte eines Surrogatpaars.",
    "Ein einzelnes Surrogat ist kein Zeichen und lässt sich nicht als UTF-8 schreiben. Berichtigen Sie den Text dort, wo er abgeschnitten wurde.",
  ],
  "json-nul": [
    "Eine Zeichenkette enthält das Zeichen U+0000.",
    "Datenbanken und andere Leser schneiden Zeichenketten dort ab oder weisen sie zurück. Entfernen Sie es dort, wo der Text entsteht.",
  ],
  "json-number-range": [
    "Eine Zahl liegt außerhalb des Bereichs, den jeder Leser bewahrt.",
    "Ganze Zahlen reichen von -(2^53-1) bis 2^53-1, und keine Zahl darf eine 64-Bit-Gleitkommazahl überlaufen: Jenseits davon runden Leser stillschweigend. Schreiben Sie sie als Zeichenkette.",
  ],
  "json-negative-zero": [
    "Eine Zahl ist minus null.",
    "Minus null und null sind gleich, lassen sich aber verschieden schreiben; deshalb hat sie hier keine kanonische Form. Schreiben Sie 0.",
  ],
  "json-depth": ["Das JSON ist zu tief geschachtelt.", "Höchstens 32 Ebenen von Listen und Objekten werden gelesen. Machen Sie die Daten flacher."],
  "json-members": ["Ein Objekt hat zu viele Felder.", "Höchstens 256 Felder je Objekt werden gelesen. Teilen Sie das Objekt auf."],
  "bad-call": [
    "Der Datensatz eines Anrufs ist ein JSON-Objekt; das hier ist etwas anderes.",
    "Geben Sie je Anruf ein JSON-Objekt an, mit den Feldern des Datensatzes.",
  ],
  "bad-member": [
    "Ein Feld des Datensatzes hat einen Wert, der nicht angenommen werden kann.",
    "Das Feld ist genannt. Seine Regel steht in SPEC.md, Abschnitt Call record; nichts wird stillschweigend berichtigt, also berichtigen Sie den Datensatz an seiner Quelle.",
  ],
  "missing-member": [
    "Dem Datensatz fehlt ein Pflichtfeld.",
    "Das Feld ist genannt. Fehlen und null sind dasselbe. Die Felder 1 bis 14 des Datensatzes sind Pflicht.",
  ],
  "uncovered-member": [
    "Der Datensatz hat ein Feld, das kein Hashwert abdecken würde.",
    "Es zu versiegeln würde vorgeben, dass es geschützt ist. Nennen Sie es mit --drop, oder entfernen Sie es aus dem Datensatz.",
  ],
  "not-finalized": [
    "Der Anruf ist nicht endgültig.",
    "Ein Anruf wird versiegelt, sobald seine Disposition kein laufender Zustand ist, sein Transkript vollständig ist, seine Metadaten gesperrt und seine KI-Ausgaben beständig sind. Warten Sie, oder geben Sie an, was endgültig ist.",
  ],
  "already-sealed": [
    "Diese Daten stehen schon in einer früheren Version.",
    "Ein Inhalt wird je Mandant einmal versiegelt. Zu den Daten einer früheren Version zurückzukehren verlangt einen Datensatz, der sich unterscheidet. Die Daten der letzten Version sind schon da, widerrufen oder nicht, und fügen nichts hinzu.",
  ],
  "salt-missing": [
    "Der Anruf wurde mit einem Salt versiegelt, und jetzt ist keines für ihn bekannt.",
    "Ohne dieses, oder mit einem anderen, würde die neue Version auf Dauer offenlegen, was die früheren verbergen. Legen Sie die Datei mit den Salts wieder neben die Kette, oder geben Sie dem Datensatz sein Salt. Ein Anruf, dessen Salt vernichtet wurde, bleibt gelöscht.",
  ],
  "bad-event": [
    "Das Ereignis kann nicht angefügt werden.",
    "Das Feld ist genannt: entity_id hat 1 bis 256 Zeichen, event_type besteht aus kleingeschriebenen Wörtern mit Punkten dazwischen, zusammen höchstens 64 Zeichen, payload ist ein JSON-Objekt, timestamp ist UTC in kanonischer Form. Für Versions- und Schlüsselereignisse gelten eigene Regeln.",
  ],
  "no-such-version": [
    "Die Kette hat keine solche Version dieses Anrufs.",
    "Ein Widerruf oder ein Prüfversuch nennt eine Version, die in der Kette steht. Welche es gibt, zeigt ein Bericht, der alle Anrufe aufführt.",
  ],
  "redact-needs-salt": [
    "Ein Anruf, der ohne Salt versiegelt wurde, kann nicht geschwärzt werden.",
    "Ohne Salt liegen alle Felder unter einem einzigen Hashwert, und lässt man eines weg, gibt es nichts mehr zu vergleichen. Versiegeln Sie mit --salt, um später schwärzen zu können.",
  ],
  "recording-unreadable": [
    "Die Aufnahme eines Anrufs kann nicht gelesen werden.",
    "Legen Sie die Datei, benannt wie der letzte Teil von recording_ref, in das Verzeichnis, das mit --recording angegeben ist, oder versiegeln Sie ohne --recording.",
  ],
  "bad-option": [
    "Eine Option fehlt oder hat einen Wert, der sich nicht verwenden lässt.",
    "Die Option ist genannt; ihre Werte stehen in der Hilfe des Programms.",
  ],
  "bad-key": [
    "Das ist kein verwendbarer Schlüssel.",
    "Ein vkey ist Name+Hash+Base64; sein Hash passt zu Name und Schlüssel, und der Schlüssel ist ein starker Ed25519-Punkt. Fragen Sie seinen Inhaber noch einmal danach, auf einem Weg, dem Sie vertrauen.",
  ],
  "bad-key-file": ["Das ist keine Schlüsseldatei dieses Programms.", "Geben Sie eine Datei an, die `call-verify keygen` erzeugt hat."],
  "bad-policy": [
    "Die Policy ist nicht wohlgeformt, deshalb kann nichts nach ihr beurteilt werden.",
    "Die Zeile ist genannt. Eine Policy ist Text nach C2SP tlog-policy: Zeilen `log`, `witness`, `group`, genau eine `quorum` und vielleicht `revoker`.",
  ],
  "bad-headers": [
    "Das sind keine Kopfdaten von Bitcoin-Blöcken, deshalb kann durch sie nichts bestätigt werden.",
    "Die Zeile oder der Block ist genannt. Geben Sie je 80 Bytes an, oder 160 Hexadezimalziffern pro Zeile; was zusammensteht, folgt aufeinander, und zwischen dem, was nicht aufeinander folgt, steht eine leere Zeile. Nehmen Sie die Kopfdaten von einem eigenen Knoten oder von mehreren Stellen, denen Sie vertrauen.",
  ],
  "bad-authority": [
    "Das sind keine Zertifikate von Zertifizierungsstellen.",
    "Geben Sie das Zertifikat einer Stelle an, der Sie vertrauen, in PEM (mehrere hintereinander) oder in DER. Ein Zertifikat, das Zeitstempel signiert, ist keine solche Stelle: Es kommt mit dem Zeitstempel.",
  ],
  "bad-note": [
    "Das ist keine signierte Notiz.",
    "Eine Notiz besteht aus Text, einer leeren Zeile und Signaturzeilen, wie C2SP signed-note sie festlegt, mit höchstens 256 KiB und 64 Signaturzeilen.",
  ],
  "bad-proof": [
    "Das ist kein Beweis, dass ein Blatt in einem Log steht.",
    "Ein Beweis ist Text nach C2SP tlog-proof@v1: seine erste Zeile, der Index des Blatts, die Hashes seines Pfads, eine leere Zeile und der Checkpoint.",
  ],
  "bad-receipt": [
    "Das ist keine Quittung, oder nicht in ihrer einen kanonischen Schreibweise.",
    "Eine Quittung ist eine Zeile mit call, entry, entry_hash, chain und proof, wie `call-verify receipt` sie schreibt; die Stelle, an der sie davon abweicht, ist genannt. Bitten Sie um die ursprüngliche Datei, Byte für Byte. Ein Export ist keine Quittung: Prüfen Sie ihn als Export.",
  ],
  "bad-evidence": [
    "Das ist kein Beleg für eine Gabelung, oder nicht in dessen einer kanonischer Schreibweise.",
    "Ein Beleg ist eine Zeile mit zwei Checkpoints, einem Wurzel-Hashwert und einem Konsistenznachweis, wie `call-verify compare` sie schreibt. Bitten Sie um die ursprüngliche Datei, Byte für Byte.",
  ],
  "bad-attestation": [
    "Das ist kein signiertes Ergebnis eines Prüfers, oder nicht in dessen einer kanonischer Schreibweise.",
    "Ein signiertes Ergebnis ist eine Zeile, ein DSSE-Umschlag mit einer in-toto-Erklärung, wie `call-verify verify --attest` sie schreibt. Bitten Sie um die ursprüngliche Datei, Byte für Byte.",
  ],
  "bad-anchor": [
    "Das ist kein OpenTimestamps-Nachweis, oder keiner, der hier verwendet werden kann.",
    "Ein Nachweis ist eine eigenständige Datei von OpenTimestamps, Version 1; das Byte, an dem er davon abweicht, ist genannt. Er zeigt etwas über den Hashwert, mit dem er beginnt, und über keinen anderen. Verlangen Sie die ursprüngliche Datei, oder lassen Sie den Checkpoint erneut stempeln.",
  ],
  "bad-timestamp": [
    "Das ist kein Zeitstempel, oder keiner, der hier verwendet werden kann.",
    "Ein Zeitstempel ist der von RFC 3161 in DER, allein oder in der Antwort der Zeitstempelstelle, über einen SHA-256-Wert und von genau einer Stelle signiert. Lassen Sie sich von der Stelle einen neuen geben.",
  ],
  "no-checkpoint": [
    "Kein Checkpoint im Export deckt den Eintrag dieses Anrufs ab.",
    "Eine Quittung zeigt den Platz des Eintrags in einem Baum, den das Log signiert hat. Erstellen Sie einen Checkpoint der Kette, exportieren Sie sie erneut und entnehmen Sie die Quittung daraus.",
  ],
  "bad-checkpoint": [
    "Das ist kein Checkpoint.",
    "Ein Checkpoint ist eine signierte Notiz von genau drei Zeilen: Ursprung, Größe des Baums, Wurzel-Hashwert in Base64.",
  ],
  "not-consistent": [
    "Der Baum setzt nicht fort, was zuvor signiert wurde.",
    "Ihn zu signieren hieße, für zwei Geschichten zu bürgen. Bewahren Sie beide Notizen auf: Zusammen weisen sie auf eine Gabelung hin.",
  ],
  "bad-state": [
    "Dieser Zustand kann nicht fortgesetzt werden.",
    "Geben Sie ein Segment an, das diese Version des Formats geschrieben hat, ganz und unverändert.",
  ],
  unreadable: ["Die Datei kann nicht gelesen werden.", "Prüfen Sie, ob es sie gibt, ob sie eine Datei ist und gelesen werden darf."],
  unwritable: [
    "Die Datei kann nicht geschrieben werden.",
    "Prüfen Sie die Rechte und den freien Platz. Was zuvor quittiert wurde, steht auf dem Datenträger; führen Sie den Befehl noch einmal aus.",
  ],
  "not-a-chain": [
    "Die Datei ist keine Kettendatei.",
    "Eine Kettendatei beginnt mit der Zeile ihrer Kopfdaten. Geben Sie eine an, die `call-verify seal` erzeugt hat, oder nennen Sie --tenant und --origin, um eine zu beginnen.",
  ],
  "torn-tail": [
    "Die Kettendatei endet mitten in einer Zeile: Ein Schreibvorgang wurde unterbrochen.",
    "Nichts, was quittiert wurde, steht in diesem Stück. Sehen Sie es sich an und wiederholen Sie den Befehl mit --repair-tail: Das verschiebt das Stück in eine eigene Datei neben der Kette.",
  ],
  "chain-damaged": [
    "Die Kettendatei ist in sich nicht stimmig.",
    "Ein Eintrag passt nicht zu seinem Hashwert oder zu seinem Nachbarn, oder eine Zeile ist nicht kanonisch. An eine gebrochene Kette wird nichts angefügt. Stellen Sie die Datei aus ihrer Sicherung wieder her und vergleichen Sie die Kettenenden.",
  ],
  "chain-locked": [
    "Ein anderer Prozess verwendet diese Kette.",
    "Zu jeder Zeit schreibt nur ein Prozess, und nur während niemand liest: Warten Sie, bis er fertig ist, und führen Sie den Befehl noch einmal aus.",
  ],
  "not-a-bundle": [
    "Das ist kein Export.",
    "Ein Export beginnt mit einer Manifestzeile des Formats call-stream-verify/1. Nichts wurde beurteilt.",
  ],
  internal: [
    "Im Prüfmodul ist ein Fehler aufgetreten.",
    "Das ist ein Mangel des Programms, nicht der Daten, und nichts wurde beurteilt. Bitte melden Sie ihn mit der Version und, wenn Sie dürfen, mit der Eingabe.",
  ],
  "not-canonical": [
    "Eine Zeile steht nicht in ihrer einen kanonischen Schreibweise; sie und was folgt, wurden nicht beurteilt.",
    "Jede Zeile eines Exports hat genau eine Schreibweise, damit das Gezeigte das Gehashte ist. Etwas hat die Datei umgeschrieben: Verlangen Sie den ursprünglichen Export, Byte für Byte.",
  ],
  "cut-off": [
    "Der Export endet vor seiner Endzeile.",
    "Er wurde unterwegs abgeschnitten, oder sein Schreiben wurde unterbrochen. Verlangen Sie ihn noch einmal und vergleichen Sie die Größen.",
  ],
  "trailing-bytes": [
    "Hinter der Endzeile stehen noch Bytes.",
    "Auf die Endzeile darf nichts folgen; was doch folgt, deckt kein Hashwert ab. Verlangen Sie den ursprünglichen Export.",
  ],
  "gzip-damaged": [
    "Die gzip-Datei ist beschädigt oder abgeschnitten.",
    "Ihre Prüfsumme, ihre Länge oder ihre komprimierten Daten stimmen nicht. Verlangen Sie die Datei noch einmal.",
  ],
  "gzip-trailing": [
    "Hinter dem gzip-Teil stehen noch Bytes.",
    "Gelesen wird ein Teil und nichts danach: Programme sind uneins über das, was folgt. Verlangen Sie den ursprünglichen Export.",
  ],
  "line-too-long": ["Eine Zeile ist länger als 16 MiB.", "Keine Zeile eines Exports ist so lang. Die Prüfung endete dort."],
  "too-many-lines": [
    "Der Export hat mehr Zeilen, als gezählt werden können.",
    "Höchstens 4.294.967.295 Zeilen werden in einem Durchgang beurteilt. Verlangen Sie den Export in Ausschnitten.",
  ],
  "envelope-too-large": [
    "Checkpoints und Nachweise nehmen mehr als 32 MiB ein.",
    "Sie werden bis zum Ende der Prüfung behalten. Verlangen Sie einen Export mit weniger davon.",
  ],
  "note-too-large": [
    "Eine Notiz überschreitet 256 KiB oder 64 Signaturzeilen.",
    "So große Notizen werden nicht gelesen. Verlangen Sie den Checkpoint mit weniger Signaturen.",
  ],
  "proof-too-large": [
    "Ein Merkle-Nachweis hat mehr als 63 Hashwerte oder ein Anker mehr als 64 KiB.",
    "Kein Baum braucht mehr, und kein so großer Nachweis wird gelesen. Die Prüfung endete dort.",
  ],
  "nothing-to-verify": [
    "Der Export enthält keinen Eintrag, also gibt es nichts zu prüfen.",
    "Eine leere Kette belegt nichts über irgendeinen Anruf.",
  ],
  "no-calls": [
    "Der Export enthält keinen Anruf, und es war nicht nur nach der Kette gefragt.",
    "Ohne Anrufzeilen kann kein Anruf mit seiner Version verglichen werden. Verlangen Sie einen Export mit Anrufen, oder fragen Sie nur nach der Kette.",
  ],
  "call-not-sealed": [
    "Die Kette enthält keine Version dieses Anrufs.",
    "Er wurde nie versiegelt, oder seine Version liegt außerhalb dieses Exports. Verlangen Sie vom Absender den Eintrag, der ihn versiegelt.",
  ],
  "call-twice": [
    "Derselbe Anruf wird mehr als einmal vorgelegt.",
    "Es ist nicht gesagt, welcher davon zu beurteilen ist. Verlangen Sie einen Export mit einer Zeile je Anruf.",
  ],
  "call-incomparable": [
    "Der Anruf kann nicht mit seiner Version verglichen werden.",
    "Der Grund ist genannt: Die Einträge des Exports sind unvollständig oder enden vor dem Checkpoint, sodass eine spätere Version oder ein Widerruf fehlen könnte.",
  ],
  "without-commitments": [
    "Ein geschwärzter Anruf wurde ohne Festlegungen versiegelt, deshalb lassen sich seine Felder nicht einzeln prüfen.",
    "Nur Anrufe, die mit einem Salt versiegelt sind, können in Teilen gezeigt werden. Verlangen Sie den ganzen Anruf.",
  ],
  "range-without-proof": [
    "Der Export beginnt nicht beim ersten Eintrag und belegt seinen Platz in der Kette nicht.",
    "Verlangen Sie die ganze Kette, oder einen Ausschnitt mit Inklusionsnachweisen seines ersten und seines letzten Eintrags unter einem Checkpoint, dem Sie vertrauen.",
  ],
  "tenant-not-proven": [
    "Kein Eintrag dieses Ausschnitts nennt den Mandanten, den Sie erwarten.",
    "Die Kopfdaten der Kette nennen ihn, aber nur der erste Eintrag einer Kette bindet ihre Kopfdaten. Verlangen Sie die ganze Kette, oder einen Ausschnitt, der einen Versionseintrag enthält.",
  ],
  "no-trusted-checkpoint": [
    "Kein Checkpoint, den ein Schlüssel signiert hat, dem Sie vertrauen, deckt diese Kette ab.",
    "Wer den Export gemacht hat, könnte die ganze Kette neu berechnet haben. Wenn Sie einen Schlüssel angegeben haben, ist kein Checkpoint im Export von ihm signiert. Wenn nicht, beschaffen Sie sich den Schlüssel des Ausstellers auf einem Weg, dem Sie vertrauen, und geben Sie ihn als vkey oder in einer Policy an, oder geben Sie ein erwartetes Kettenende an.",
  ],
  "checkpoint-out-of-reach": [
    "Ein älterer Checkpoint, dem Sie vertrauen, konnte nicht mit den Einträgen verglichen werden, die er abdeckt.",
    "Er könnte ihnen widersprechen. Ältere Checkpoints werden innerhalb der ersten 262.144 Einträge verglichen, wo sie unmittelbar hinter ihrem letzten Eintrag stehen, oder durch einen Konsistenznachweis. Verlangen Sie einen Export, in dem er an einer dieser Stellen steht.",
  ],
  "checkpoint-malformed": [
    "Eine Checkpoint-Zeile enthält keinen Checkpoint.",
    "Ihre Notiz ist keine signierte Notiz, oder deren Text ist nicht Ursprung, Größe und Wurzel-Hashwert. Verlangen Sie den ursprünglichen Export.",
  ],
  "anchor-malformed": [
    "Eine Ankerzeile enthält keinen OpenTimestamps-Nachweis über einen SHA-256-Wert.",
    "Der Nachweis ist abgeschnitten, beschädigt oder nicht in seiner einzigen Schreibweise. Verlangen Sie den ursprünglichen Export.",
  ],
  "unanchored-tail": [
    "Hinter dem neuesten Checkpoint, dem Sie vertrauen, oder dem erwarteten Kettenende folgen weitere Einträge.",
    "Niemand, dem Sie vertrauen, hat bisher für sie gebürgt. Verlangen Sie einen Export mit einem neueren Checkpoint.",
  ],
  "quorum-not-met": [
    "Zu wenige der Zeugen aus der Policy haben mitsigniert.",
    "Die Policy verlangt ein Quorum von Zeugen. Verlangen Sie einen Checkpoint mit mehr Mitsignaturen; derselbe Schlüssel zählt nur einmal.",
  ],
  "level-not-reached": ["Die verlangte Stufe wurde nicht erreicht.", "Welcher Schritt fehlt, sagen die Aussagen des Berichts."],
  "expected-head-not-compared": [
    "Das erwartete Kettenende liegt außerhalb der Einträge des Exports.",
    "Es konnte nicht verglichen werden. Verlangen Sie die ganze Kette, oder geben Sie ein neueres erwartetes Kettenende an.",
  ],
  "history-not-compared": [
    "Die Kette konnte nicht mit dem Kettenende verglichen werden, das Sie früher verifiziert haben.",
    "Das gemerkte Kettenende liegt außerhalb des gezeigten Ausschnitts, und kein Konsistenznachweis verbindet es mit dem Checkpoint. Verlangen Sie einen Ausschnitt, der dort beginnt, wo Ihr Gedächtnis endet, oder die ganze Kette.",
  ],
  "tile-missing": [
    "Eine Datei des Logs fehlt.",
    "Die Datei ist genannt. Ohne sie lässt sich der Baum nicht berechnen, oder ein Teil von ihm ist nicht gezeigt. Holen Sie sie, oder fragen Sie, ob das Log alte Einträge entfernt.",
  ],
  "tile-malformed": [
    "Eine Kachel ist nicht so lang, wie ihr Name sagt.",
    "Die Datei ist genannt. Eine Kachel aus Hashwerten hat 32 Bytes für jeden, ein Eintragsbündel so viele Einträge, wie sein Name sagt, jeden hinter seiner Länge. Holen Sie sie noch einmal.",
  ],
  "later-not-proven": [
    "Die Einträge, die zu einer Quittung gegeben wurden, beweisen nichts über ihren Anruf.",
    "Der Grund ist genannt. Geben Sie einen Export derselben Kette, der für sich geprüft ist und beim Eintrag der Quittung, davor oder gleich danach beginnt.",
  ],
  "entry-hash-mismatch": [
    "Ein Eintrag hat nicht den Hashwert, der neben ihm steht.",
    "Der Eintrag oder sein Hashwert wurde geändert, nachdem er geschrieben war. Verlangen Sie vom Absender den Eintrag aus der ursprünglichen Kette.",
  ],
  "link-broken": [
    "Ein Eintrag schließt nicht an den vorigen an.",
    "Ein Eintrag wurde geändert, entfernt, eingefügt oder verschoben. Verlangen Sie vom Absender die ursprüngliche Kette von dieser Stelle an.",
  ],
  "seq-out-of-place": [
    "Ein Eintrag steht nicht an seiner Position.",
    "Einträge fehlen, sind doppelt oder stehen nicht in ihrer Reihenfolge. Verlangen Sie vom Absender die ursprüngliche Kette.",
  ],
  "chain-id-mismatch": [
    "Die Kette beginnt nicht mit dem Hashwert ihrer Kopfdaten.",
    "Die Einträge gehören zu einer Kette mit anderen Kopfdaten: einem anderen Mandanten, einem anderen Ursprung oder einer anderen Entstehungszeit.",
  ],
  "head-mismatch": [
    "Das Kettenende auf der Endzeile ist nicht der Hashwert des letzten Eintrags.",
    "Die Endzeile oder der letzte Eintrag wurde geändert.",
  ],
  "count-mismatch": [
    "Die Zeilen ergeben nicht die Anzahl, die Manifest oder Endzeile angeben.",
    "Zeilen wurden entfernt oder hinzugefügt, nachdem der Export erstellt war.",
  ],
  "envelope-mismatch": [
    "Manifest, Checkpoints oder Nachweise sind nicht die, welche die Endzeile abdeckt.",
    "Eine dieser Zeilen wurde geändert, entfernt oder hinzugefügt, nachdem der Export erstellt war.",
  ],
  "root-mismatch": [
    "Ein signierter Checkpoint hat einen anderen Wurzel-Hashwert als diese Einträge.",
    "Der Unterzeichner hat für eine andere Geschichte gebürgt: Einträge wurden geändert, oder er hat zwei Geschichten signiert. Bewahren Sie diesen Export und den Checkpoint auf: Sie sind Beweismittel.",
  ],
  "checkpoint-beyond-chain": [
    "Ein signierter Checkpoint umfasst mehr Einträge, als der Export zeigt.",
    "Das Ende der Kette wurde abgeschnitten. Verlangen Sie die fehlenden Einträge.",
  ],
  "checkpoint-bad-signature": [
    "Ein Checkpoint trägt eine ungültige Signatur unter einem Schlüssel, dem Sie vertrauen.",
    "Der Checkpoint wurde nach dem Signieren geändert, oder die Signatur wurde erfunden.",
  ],
  "cosignature-bad": [
    "Ein Checkpoint trägt eine ungültige Mitsignatur unter dem Schlüssel eines Zeugen, dem Sie vertrauen.",
    "Der Checkpoint oder die Mitsignatur wurde nachträglich geändert oder erfunden.",
  ],
  "origin-mismatch": [
    "Ein Checkpoint, den ein Schlüssel signiert hat, dem Sie vertrauen, gehört zu einem anderen Log.",
    "Seine Ursprungszeile ist nicht der Ursprung der Kette. Er bürgt hier für nichts.",
  ],
  "signature-bad": [
    "Eine Version, ein Widerruf oder ein Schlüsselereignis trägt eine ungültige Signatur unter einem Schlüssel, dem Sie vertrauen.",
    "Der Eintrag wurde nach dem Signieren geändert, oder die Signatur wurde erfunden.",
  ],
  "key-not-valid": [
    "Ein Schlüssel, dem Sie vertrauen, signiert dort, wo er es nach der Kette nicht darf.",
    "Die Kette sagt, ab welchem Eintrag der Schlüssel signiert oder ab welchem nicht mehr: siehe ihre Ereignisse key.added und key.retired. Die Signatur wurde mit einem zurückgezogenen Schlüssel gemacht oder zu früh. Fragen Sie den Aussteller.",
  ],
  "revocation-unauthorized": [
    "Ein Widerruf ist nicht von einem Schlüssel signiert, der widerrufen darf.",
    "Ihre Policy nennt die Schlüssel, die widerrufen. Fragen Sie den Aussteller, wer den Anruf zurückgezogen hat und ob er widerrufen ist.",
  ],
  "inclusion-mismatch": [
    "Ein Inklusionsnachweis führt nicht zum Wurzel-Hashwert des Baums, den er nennt.",
    "Der Eintrag steht nicht an dieser Stelle des Baums, oder der Nachweis wurde geändert.",
  ],
  "consistency-mismatch": [
    "Ein Konsistenznachweis verbindet die Bäume nicht, die er nennt.",
    "Der neuere Baum setzt den älteren nicht fort, oder der Nachweis wurde geändert. Zwei signierte Checkpoints, die kein Nachweis verbindet, weisen auf eine Gabelung hin.",
  ],
  "anchor-mismatch": [
    "Ein Anker gehört nicht zu dem Baum, den er angibt.",
    "Sein Nachweis beginnt mit dem Hashwert von etwas anderem als dem Checkpoint dieser Größe. Der Anker gehört zu einem anderen Log, oder das Log wurde umgeschrieben, seit es verankert wurde.",
  ],
  "expected-head-mismatch": [
    "Die Kette hat nicht das Ende, das Sie erwarten.",
    "Die Kette wurde zurückgesetzt, gekürzt oder umgeschrieben, seit Sie dieses Kettenende gesehen haben, oder es ist eine andere Kette.",
  ],
  "history-forked": [
    "Die Kette ist eine andere Geschichte als die, die Sie früher verifiziert haben.",
    "Gemerkt ist ein Kettenende, das derselbe Schlüssel signiert hat, und die gezeigten Einträge führen nicht zu ihm. Behalten Sie beide Exporte und vergleichen Sie sie: Zwei von einem Schlüssel signierte Notizen, die einander widersprechen, belegen eine Gabelung.",
  ],
  "history-rolled-back": [
    "Die Kette hat weniger Einträge, als Sie früher verifiziert haben.",
    "Gemerkt ist ein größeres Kettenende, das derselbe Schlüssel signiert hat. Es ist ein alter Export, oder Einträge wurden zurückgenommen. Verlangen Sie einen neuen.",
  ],
  "tile-mismatch": [
    "Eine Kachel weicht von dem Baum ab, den die anderen Dateien des Logs ergeben.",
    "Die Datei ist genannt, und wo Einträge abweichen, der erste davon. Sie wurde geändert oder beschädigt, nachdem sie geschrieben war, oder das Log widerspricht sich.",
  ],
  "tenant-mismatch": ["Die Kette gehört nicht dem Mandanten, den Sie erwarten.", "Verlangen Sie den Export des richtigen Mandanten."],
  "foreign-tenant": [
    "Ein Datensatz gehört einem anderen Mandanten als die Kette.",
    "Eine Kette enthält nur einen Mandanten. Steht er in einem Export, fragen Sie den Absender, wie er dorthin kam; sollte er versiegelt werden, verwenden Sie die Kette jenes Mandanten.",
  ],
  "version-bad-record": [
    "Ein Versionseintrag verletzt sein Format.",
    "Das Feld ist genannt. Ein Versionseintrag hat die Felder aus SPEC.md, Abschnitt Version record, und keine anderen.",
  ],
  "version-misnumbered": [
    "Die Versionen eines Anrufs sind nicht fortlaufend mit 1, 2, 3 und so weiter nummeriert.",
    "Eine Version fehlt, ist doppelt oder erfunden.",
  ],
  "version-not-unique": [
    "Derselbe Inhalt wurde zweimal versiegelt.",
    "Ein Inhalt wird je Mandant einmal versiegelt: Ein früherer Stand wurde zurückgeholt oder ein Eintrag kopiert.",
  ],
  "revocation-bad-record": ["Ein Widerruf verletzt sein Format.", "Das Feld ist genannt. Siehe SPEC.md, Abschnitt Events."],
  "revokes-nothing": [
    "Ein Widerruf nennt eine Version, die es nicht gibt.",
    "Vor ihm steht keine Version mit diesem Anruf, dieser Nummer und diesem Hashwert. Ein Eintrag wurde entfernt oder erfunden.",
  ],
  "call-mismatch": [
    "Der Anruf ist nicht, was versiegelt wurde.",
    "Sein Datensatz wurde nach dem Versiegeln geändert. Vergleichen Sie den genannten Teil oder das genannte Feld mit dem Original des Absenders; wo nur ein Hashwert bekannt ist, lässt sich nicht sagen, welches Feld abweicht.",
  ],
  "commitment-mismatch": [
    "Ein offengelegtes Feld ist nicht, was versiegelt wurde.",
    "Sein Wert oder sein Feld-Salt wurde nach dem Versiegeln geändert.",
  ],
  "call-revoked": [
    "Die letzte Version des Anrufs wurde widerrufen.",
    "Der Aussteller hat sie zurückgezogen; der Grund steht im Widerruf. Auf sie darf man sich nicht verlassen.",
  ],
  "time-backwards": [
    "Ein Eintrag ist mehr als fünf Minuten früher datiert als der vorige.",
    "Zeiten sind Angaben des Ausstellers; die Reihenfolge belegt die Kette. Fragen Sie nach der Uhr, wenn es auf die Zeit ankommt.",
  ],
  "already-revoked": ["Eine Version wird ein zweites Mal widerrufen.", "Einmal genügt; der erste Widerruf zählt."],
  "revoked-differs": [
    "Der widerrufene Anruf ist nicht, was seine letzte Version versiegelt hat.",
    "Das kann rechtmäßig sein, zum Beispiel nach einer Löschung; widerrufen ist der Anruf in jedem Fall.",
  ],
  "checkpoint-untrusted": [
    "Ein Checkpoint trägt keine Signatur eines Schlüssels, dem Sie vertrauen.",
    "Er zählt nicht: Der Schlüssel, der ihn signiert hat, ist neben dem Schlüssel genannt, dem Sie vertrauen, falls Sie einen angegeben haben. Ist Ihrer der richtige, und ist dies der richtige Export? Schlüsseln aus einem Export wird nie vertraut.",
  ],
  "checkpoint-not-compared": [
    "Ein Checkpoint, dem Sie vertrauen, konnte nicht mit den Einträgen dieses Ausschnitts verglichen werden.",
    "Ein Ausschnitt wird mit einem Checkpoint durch Inklusionsnachweise seines ersten und seines letzten Eintrags verglichen. Maßgeblich ist der Checkpoint, unter dem der Ausschnitt belegt ist.",
  ],
  "proof-not-checked": [
    "Ein Merkle-Nachweis konnte nicht geprüft werden.",
    "Dieser Export enthält weder die Einträge noch die signierten Checkpoints, die er verbindet. Nichts beruht auf ihm.",
  ],
  "signature-untrusted": [
    "Versionen oder Widerrufe sind mit einem Schlüssel signiert, dem Sie nicht vertrauen.",
    "Der Schlüssel ist dort genannt, wo er zuerst signiert. Seine Signaturen zählen nicht: Schlüsseln aus einem Export wird nie vertraut.",
  ],
  "quorum-not-intersecting": [
    "Zwei Gruppen von Zeugen ohne gemeinsames Mitglied könnten jede für sich das Quorum erreichen.",
    "Ein unehrliches Log könnte jeder Gruppe eine andere Geschichte zeigen. Heben Sie die Schwelle über die Hälfte.",
  ],
  "attempt-bad-record": [
    "Ein aufgezeichneter Prüfversuch verletzt sein Format.",
    "Er ist gehasht und verkettet wie alles andere, kann aber nicht als Prüfversuch gezählt werden.",
  ],
  "anchor-not-checked": [
    "Ein Anker grenzt zeitlich nichts ein: Worauf er beruht, wurde nicht geprüft.",
    "Der Grund ist genannt: Der Nachweis steht noch aus, die Kopfdaten seines Blocks fehlen, oder sein Baum ist hier nicht bekannt. Lassen Sie ihn von einem Kalender vervollständigen, oder geben Sie Kopfdaten aus einer Quelle an, der Sie vertrauen.",
  ],
};
