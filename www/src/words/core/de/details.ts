/** What narrows a code's sentence. It may follow several codes, so that no sentence refers back to the gender of a word in front of it. */
export const detailsDe = {
  // Calls, checkpoints and the export as a whole.
  "Entries are missing from this export.": "In diesem Export fehlen Einträge.",
  "The entry of this receipt seals no version of it.": "Der Eintrag dieser Quittung versiegelt keine Version dieses Anrufs.",
  "Later entries are not part of this export.": "Spätere Einträge sind nicht Teil dieses Exports.",
  "Its entry may lie outside this range, or the range is not proven.": "Der zugehörige Eintrag liegt vielleicht außerhalb dieses Ausschnitts, oder der Ausschnitt ist nicht belegt.",
  "Only the payload hash is known, so it cannot be said which member differs.": "Nur der Hashwert des Inhalts ist bekannt, deshalb lässt sich nicht sagen, welches Feld abweicht.",
  "The members that differ are named.": "Die abweichenden Felder sind genannt.",
  "Its transcript differs.": "Das Transkript weicht ab.",
  "Its metadata differ; they are under one hash, so it cannot be said which member.":
    "Die Metadaten weichen ab; sie liegen unter einem einzigen Hashwert, deshalb lässt sich nicht sagen, welches Feld.",
  "Its transcript and its metadata differ; the metadata are under one hash, so it cannot be said which member of them.":
    "Transkript und Metadaten weichen ab; die Metadaten liegen unter einem einzigen Hashwert, deshalb lässt sich nicht sagen, welches ihrer Felder.",
  "Two checkpoints of the same size have different roots.": "Zwei Checkpoints derselben Größe haben verschiedene Wurzel-Hashwerte.",
  "You gave no key, policy or expected head.": "Sie haben weder Schlüssel noch Policy noch erwartetes Kettenende angegeben.",
  "L4 needs a policy with a quorum, and you gave none.": "L4 verlangt eine Policy mit einem Quorum, und Sie haben keine angegeben.",
  "No anchor of the head is confirmed by a header that you gave.": "Kein Anker des Kettenendes wird durch Kopfdaten eines Blocks bestätigt, die Sie angegeben haben.",
  "The anchors in front of it took all the work that anchors may.": "Die Anker davor haben allen Aufwand verbraucht, den Anker machen dürfen.",
  "The tree that it is about could not be compared with the entries.": "Der Baum, um den es geht, konnte nicht mit den Einträgen verglichen werden.",
  "It commits to a block of Bitcoin, and you gave no header with its Merkle root.":
    "Der Nachweis führt zu einem Bitcoin-Block, und Sie haben keine Kopfdaten mit dessen Merkle-Wurzel angegeben.",
  "It is pending: a calendar has taken it and is yet to name a block.": "Der Nachweis steht noch aus: Ein Kalender hat ihn angenommen und muss noch einen Block nennen.",
  "Nobody attests it whose word is checked here.": "Niemand bezeugt ihn, dessen Wort hier geprüft wird.",
  "A manifest stands on the first line only.": "Ein Manifest steht nur auf der ersten Zeile.",

  // Files that are no export.
  "It is a chain file: `call-verify export` makes a bundle of it.": "Es ist eine Kettendatei: `call-verify export` macht daraus einen Export.",
  "It looks like call records: seal them, and export the chain.": "Es sieht nach Datensätzen von Anrufen aus: Versiegeln Sie sie und exportieren Sie die Kette.",
  "It is a receipt of one call: `call-verify verify-call --receipt` verifies it.":
    "Es ist die Quittung eines einzelnen Anrufs: `call-verify verify-call --receipt` prüft sie.",
  "It is evidence of a fork: `call-verify verify-evidence` verifies it.": "Es ist ein Beleg für eine Gabelung: `call-verify verify-evidence` prüft ihn.",
  "It is a validator's signed result: `call-verify agree` reads it.": "Es ist das signierte Ergebnis eines Prüfers: `call-verify agree` liest es.",
  "There are several records, and a receipt is of one call: give its record alone.":
    "Es sind mehrere Datensätze, und eine Quittung gilt für einen einzelnen Anruf: Geben Sie nur dessen Datensatz an.",
  "It was laid out anew, which changes the bytes that were sealed: ask for the file as it was exported.":
    "Der Text wurde neu umbrochen oder eingerückt; das ändert die versiegelten Bytes: Verlangen Sie die Datei so, wie sie exportiert wurde.",
  "Its lines end in CR LF, as some mail and copy programs make them: ask for the file as it was exported.":
    "Die Zeilen enden mit CR LF, wie manche Mail- und Kopierprogramme sie hinterlassen: Verlangen Sie die Datei so, wie sie exportiert wurde.",
  "It was saved in another encoding or with a byte order mark: ask for the file as it was exported.":
    "Der Text wurde in einer anderen Kodierung oder mit einer Byte-Reihenfolge-Marke gespeichert: Verlangen Sie die Datei so, wie sie exportiert wurde.",
  "It is a ZIP archive: unpack it.": "Es ist ein ZIP-Archiv: Entpacken Sie es.",
  "It holds no whole line.": "Keine vollständige Zeile ist enthalten.",
  "It is cut off.": "Das Ende fehlt.",
  "Its header is not that of a gzip file, or uses flags that are not defined.": "Der Kopf ist nicht der einer gzip-Datei oder verwendet Flags, die nicht festgelegt sind.",
  "The checksum of its header does not hold.": "Die Prüfsumme des gzip-Kopfs stimmt nicht.",
  "Its compressed data are broken.": "Die komprimierten Daten sind fehlerhaft.",
  "Its checksum does not hold.": "Die Prüfsumme stimmt nicht.",
  "Its length does not hold.": "Die Länge stimmt nicht.",

  // Keys and signed notes.
  "It is not valid UTF-8.": "Es ist kein gültiges UTF-8.",
  "No empty line parts text and signatures.": "Keine leere Zeile trennt Text und Signaturen.",
  "It does not end with a signature line and a newline.": "Am Ende stehen nicht eine Signaturzeile und ein Zeilenumbruch.",
  "A signature line does not begin with an em dash and a space.": "Eine Signaturzeile beginnt nicht mit Geviertstrich und Leerzeichen.",
  "It has no signature line.": "Es gibt keine Signaturzeile.",
  "A signature line has no signature.": "Eine Signaturzeile hat keine Signatur.",
  "A signature is not canonical base64.": "Eine Signatur ist kein kanonisches Base64.",
  "A signature is too short.": "Eine Signatur ist zu kurz.",
  "This is the secret key. Do not hand it around; give the vkey.": "Das ist der geheime Schlüssel. Geben Sie ihn nicht weiter; verwenden Sie den vkey.",
  "It holds no public key.": "Kein öffentlicher Schlüssel ist enthalten.",
  "An ML-DSA-44 public key has 1312 bytes.": "Ein öffentlicher ML-DSA-44-Schlüssel hat 1312 Bytes.",
  "Its key ID does not fit its name and public key.": "Die Schlüssel-ID passt nicht zu Name und öffentlichem Schlüssel.",
  "Its text does not end with a newline.": "Der Text endet nicht mit einem Zeilenumbruch.",
  "It holds a control character.": "Ein Steuerzeichen ist enthalten.",
  "The key name is empty.": "Der Schlüsselname ist leer.",
  "The key name holds a space.": "Der Schlüsselname enthält ein Leerzeichen.",
  "The key name holds a plus sign.": "Der Schlüsselname enthält ein Pluszeichen.",
  "The key name holds a control character.": "Der Schlüsselname enthält ein Steuerzeichen.",
  "It is not name+key ID+base64.": "Es ist nicht Name+Schlüssel-ID+Base64.",
  "A key ID is 8 lower-case hex digits.": "Eine Schlüssel-ID besteht aus 8 kleingeschriebenen Hexadezimalziffern.",
  "The key is not canonical base64.": "Der Schlüssel ist kein kanonisches Base64.",
  "An Ed25519 public key has 32 bytes.": "Ein öffentlicher Ed25519-Schlüssel hat 32 Bytes.",
  "Its public key is no canonical point or of small order.": "Der öffentliche Schlüssel ist kein kanonischer Punkt oder hat eine kleine Ordnung.",
  "Its origin is empty or holds a control character.": "Der Ursprung ist leer oder enthält ein Steuerzeichen.",
  "Its tree size is beyond 2^53-1.": "Die Größe des Baums liegt über 2^53-1.",
  "It has not exactly three lines.": "Es sind nicht genau drei Zeilen.",
  "Its tree size is no decimal number up to 2^53-1, or has leading zeros.": "Die Größe des Baums ist keine Dezimalzahl bis 2^53-1 oder hat führende Nullen.",
  "Its root hash is not the canonical base64 of 32 bytes.": "Der Wurzel-Hashwert ist nicht das kanonische Base64 von 32 Bytes.",

  // Policies.
  "It is a vkey: give it as a key.": "Es ist ein vkey: Geben Sie ihn als Schlüssel an.",
  "It looks like a name. Give the text of a policy, or a vkey: NAME+HASH+KEY.":
    "Es sieht nach einem Namen aus. Geben Sie den Text einer Policy oder einen vkey an: NAME+HASH+KEY.",
  "It is longer than 256 KiB.": "Der Text ist länger als 256 KiB.",
  "The last line does not end with a newline.": "Die letzte Zeile endet nicht mit einem Zeilenumbruch.",
  "A log's key is of type 0x01, Ed25519.": "Der Schlüssel eines Logs ist vom Typ 0x01, Ed25519.",
  "It holds a control character; lines end with a newline alone.": "Ein Steuerzeichen ist enthalten; Zeilen enden allein mit einem Zeilenumbruch (LF).",
  "A log line is `log <vkey> [<url>]`.": "Eine log-Zeile ist `log <vkey> [<url>]`.",
  "A revoker line is `revoker <vkey>`.": "Eine revoker-Zeile ist `revoker <vkey>`.",
  "A witness line is `witness <name> <vkey> [<url>]`.": "Eine witness-Zeile ist `witness <name> <vkey> [<url>]`.",
  "A group line is `group <name> all|any|<k> <name>...`.": "Eine group-Zeile ist `group <name> all|any|<k> <name>...`.",
  "A quorum line is `quorum <name>` or `quorum none`.": "Eine quorum-Zeile ist `quorum <name>` oder `quorum none`.",
  "A line begins with none of log, witness, group, quorum, revoker.": "Eine Zeile beginnt weder mit log noch mit witness, group, quorum oder revoker.",
  "The key is a witness's (type 0x04 or 0x06).": "Der Schlüssel ist der eines Zeugen (Typ 0x04 oder 0x06).",
  "A log with this public key stands above.": "Ein Log mit diesem öffentlichen Schlüssel steht schon weiter oben.",
  "The key is not a witness's (type 0x04 or 0x06).": "Der Schlüssel ist nicht der eines Zeugen (Typ 0x04 oder 0x06).",
  "A witness with this public key stands above.": "Ein Zeuge mit diesem öffentlichen Schlüssel steht schon weiter oben.",
  "A revoker's key is of type 0x01, Ed25519.": "Der Schlüssel eines Widerrufers ist vom Typ 0x01, Ed25519.",
  "A revoker with this public key stands above.": "Ein Widerrufer mit diesem öffentlichen Schlüssel steht schon weiter oben.",
  "A revoker's key is that of a log: whoever seals must not revoke.": "Der Schlüssel eines Widerrufers ist der eines Logs: Wer versiegelt, darf nicht widerrufen.",
  "Another key with this key name and key ID stands above.": "Ein anderer Schlüssel mit diesem Schlüsselnamen und dieser Schlüssel-ID steht schon weiter oben.",
  "A name is a member for the second time.": "Ein Name ist zum zweiten Mal Mitglied.",
  "A threshold is all, any or a number from 1 to the number of members.": "Eine Schwelle ist all, any oder eine Zahl von 1 bis zur Anzahl der Mitglieder.",
  "A quorum line stands above.": "Eine quorum-Zeile steht schon weiter oben.",
  "The name none is predefined.": "Der Name none ist vorgegeben.",
  "The name is defined above.": "Der Name ist schon weiter oben festgelegt.",
  "A name is not defined above.": "Ein Name ist nicht weiter oben festgelegt.",
  "There is no quorum line.": "Es gibt keine quorum-Zeile.",
  "The vkey is not valid UTF-8.": "Der vkey ist kein gültiges UTF-8.",
  "There are more than 256 logs, revokers, witnesses or groups.": "Es sind mehr als 256 Logs, Widerrufer, Zeugen oder Gruppen.",

  // The expected head.
  "Expected SIZE:HEAD, a number and 64 lower-case hex digits.": "Erwartet wird SIZE:HEAD, eine Zahl und 64 kleingeschriebene Hexadezimalziffern.",

  // What the package around the core says.
  "The text holds half of a surrogate pair.": "Der Text enthält die Hälfte eines Surrogatpaars.",
  "The verifier stopped by an internal error and was started anew.": "Das Prüfmodul wurde durch einen inneren Fehler angehalten und neu gestartet.",
} as const;
