/** Why a claim is proven, failed or not checked. */
export const claimsDe = {
  "Every line is canonical, and counts and digests of the end line hold.": "Jede Zeile ist kanonisch, und Anzahlen und Hashwerte der Endzeile stimmen.",
  "A receipt is of one call: it is no export of a chain.": "Eine Quittung gilt einem einzelnen Anruf: Sie ist kein Export einer Kette.",
  "The call is what this version of it seals.": "Der Anruf ist, was diese Version von ihm versiegelt.",
  "The entry is under a checkpoint of {size} entries signed by {names}, which you trust.":
    "Der Eintrag liegt unter einem Checkpoint über {size} Einträge, signiert von {names} (von Ihnen als vertrauenswürdig angegeben).",
  "Entries after this one were not shown, also where the checkpoint covers them: a later version or a revocation of the call cannot be seen.":
    "Einträge nach diesem wurden nicht gezeigt, auch wo der Checkpoint sie abdeckt: Eine spätere Version oder ein Widerruf des Anrufs ist nicht zu sehen.",
  "No hash covers these members of the record: {names}.": "Diese Felder des Datensatzes deckt kein Hashwert ab: {names}.",
  "Lines do not add up to the end line.": "Die Zeilen passen nicht zur Endzeile.",
  "The export could not be read to its end.": "Der Export konnte nicht bis zu seinem Ende gelesen werden.",
  "A call is not what was sealed.": "Ein Anruf ist nicht, was versiegelt wurde.",
  "No call is presented.": "Kein Anruf wird vorgelegt.",
  "Not every call presented could be compared.": "Nicht jeder vorgelegte Anruf konnte verglichen werden.",
  "Every call presented is what its latest version seals, or is revoked.": "Jeder vorgelegte Anruf ist, was seine letzte Version versiegelt, oder ist widerrufen.",
  "Every call that these entries seal is presented.": "Jeder Anruf, den diese Einträge versiegeln, wird vorgelegt.",
  "Calls may be sealed in this chain that are not presented.": "In dieser Kette können Anrufe versiegelt sein, die nicht vorgelegt werden.",
  "Every entry links to the one in front, from the chain's header to the head.": "Jeder Eintrag schließt an den vorigen an, von den Kopfdaten der Kette bis zum Kettenende.",
  "Every entry of the range links to the one in front, and both ends are proven; what lies before was not shown.":
    "Jeder Eintrag des Ausschnitts schließt an den vorigen an, und beide Enden sind belegt; was davor liegt, wurde nicht gezeigt.",
  "Not every entry from the chain's beginning was read.": "Nicht jeder Eintrag vom Anfang der Kette an wurde gelesen.",
  "Entries, links, positions or records do not hold.": "Einträge, Verkettung, Positionen oder Datensätze stimmen nicht.",
  "The first entry does not link to this header.": "Der erste Eintrag schließt nicht an diese Kopfdaten an.",
  "The first entry links to the header: tenant, origin and time of creation.": "Der erste Eintrag schließt an die Kopfdaten an: Mandant, Ursprung und Entstehungszeit.",
  "Only entry 0 binds the header, and it was not shown or the chain does not hold.":
    "Nur Eintrag 0 bindet die Kopfdaten, und er wurde nicht gezeigt, oder die Kette stimmt nicht.",
  "A checkpoint or proof does not fit these entries.": "Ein Checkpoint oder Nachweis passt nicht zu diesen Einträgen.",
  "The head is under a checkpoint signed by {names}, which you trust.":
    "Das Kettenende liegt unter einem Checkpoint, signiert von {names} (von Ihnen als vertrauenswürdig angegeben).",
  "No checkpoint by a key you trust covers the head.": "Kein Checkpoint eines Schlüssels, dem Sie vertrauen, deckt das Kettenende ab.",
  "The chain does not have the head you expect.": "Die Kette hat nicht das Ende, das Sie erwarten.",
  "The chain has the head you expect.": "Die Kette hat das Ende, das Sie erwarten.",
  "The head you expect could not be compared.": "Das Kettenende, das Sie erwarten, konnte nicht verglichen werden.",
  "You named no expected head.": "Sie haben kein erwartetes Kettenende genannt.",
  "A cosignature does not verify.": "Eine Mitsignatur hält der Prüfung nicht stand.",
  "A quorum of your witnesses has cosigned the checkpoint.": "Ein Quorum Ihrer Zeugen hat den Checkpoint mitsigniert.",
  "Too few of your witnesses have cosigned.": "Zu wenige Ihrer Zeugen haben mitsigniert.",
  "You asked for no witnesses: the signer could show others a different history.":
    "Sie haben keine Zeugen verlangt: Der Unterzeichner könnte anderen eine andere Geschichte zeigen.",
  "A version or revocation carries a bad signature.": "Eine Version oder ein Widerruf trägt eine ungültige Signatur.",
  "Every version and revocation shown is signed by a key you trust.": "Jede gezeigte Version und jeder gezeigte Widerruf ist von einem Schlüssel signiert, dem Sie vertrauen.",
  "No version or revocation was read.": "Keine Version und kein Widerruf wurde gelesen.",
  "Not every version and revocation was read.": "Nicht jede Version und nicht jeder Widerruf wurde gelesen.",
  "Not every version and revocation is signed by a key you trust; the checkpoint is what binds them.":
    "Nicht jede Version und nicht jeder Widerruf ist von einem Schlüssel signiert, dem Sie vertrauen; was sie bindet, ist der Checkpoint.",
  "A revocation is not signed by a key that may revoke.": "Ein Widerruf ist nicht von einem Schlüssel signiert, der widerrufen darf.",
  "A key you trust signs where the chain says that it must not.": "Ein Schlüssel, dem Sie vertrauen, signiert dort, wo er es nach der Kette nicht darf.",
  "Not every version and revocation is signed by a key you trust.":
    "Nicht jede Version und nicht jeder Widerruf ist von einem Schlüssel signiert, dem Sie vertrauen.",
  "An anchor is not about the tree that it names.": "Ein Anker gehört nicht zu dem Baum, den er nennt.",
  "An anchor leads from the head to a block header that you gave; whether that stands in the best chain of Bitcoin is for you to know: {names}.":
    "Ein Anker führt vom Kettenende zu Kopfdaten eines Blocks, die Sie angegeben haben; ob dieser in der gültigen Bitcoin-Kette steht, müssen Sie selbst wissen: {names}.",
  "Entries behind this one were read, under a head that you trust; what they revoke or seal anew is in the verdict: {names}.":
    "Einträge nach diesem wurden gelesen, unter einem Kettenende, dem Sie vertrauen; was sie widerrufen oder neu versiegeln, steckt im Urteil: {names}.",
  "No confirmed anchor covers the head, only one the first entries: {names}.":
    "Kein bestätigter Anker deckt das Kettenende ab, nur einer die ersten Einträge: {names}.",
  "No anchor was checked: times are the issuer's claims.": "Kein Anker wurde geprüft: Zeiten sind Angaben des Ausstellers.",
  "Whatever was appended after the last entry shown cannot be known.": "Was nach dem letzten gezeigten Eintrag angefügt wurde, kann nicht bekannt sein.",
  "No recording's bytes were compared.": "Von keiner Aufnahme wurden die Bytes verglichen.",
  "What redacted calls withhold was not seen.": "Was geschwärzte Anrufe zurückhalten, wurde nicht gesehen.",
  "Redacted calls withhold members, which were not seen: {names}.": "Geschwärzte Anrufe halten Felder zurück, die nicht gesehen wurden: {names}.",
  "Sealing shows that data did not change, not that it was true when it was sealed.":
    "Das Versiegeln zeigt, dass Daten sich nicht geändert haben, nicht, dass sie beim Versiegeln wahr waren.",
} as const;
