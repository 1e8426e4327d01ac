import type { DetailTexts } from "../texts.js";

/** What narrows a code's sentence. It may follow several codes, so that no sentence refers back to the gender of a word in front of it. */
export const detailsEs: DetailTexts = {
  // Calls, checkpoints and the export as a whole.
  "Entries are missing from this export.": "En esta exportación faltan entradas.",
  "The entry of this receipt seals no version of it.": "La entrada de este recibo no sella ninguna versión de la llamada.",
  "Later entries are not part of this export.": "Las entradas posteriores no forman parte de esta exportación.",
  "Its entry may lie outside this range, or the range is not proven.": "Puede que la entrada correspondiente esté fuera de este tramo, o el tramo no está probado.",
  "Only the payload hash is known, so it cannot be said which member differs.": "Solo se conoce el hash del contenido, así que no se puede decir qué campo difiere.",
  "The members that differ are named.": "Se indican los campos que difieren.",
  "Its transcript differs.": "Difiere la transcripción.",
  "Its metadata differ; they are under one hash, so it cannot be said which member.":
    "Difieren los metadatos; están bajo un solo hash, así que no se puede decir qué campo.",
  "Its transcript and its metadata differ; the metadata are under one hash, so it cannot be said which member of them.":
    "Difieren la transcripción y los metadatos; los metadatos están bajo un solo hash, así que no se puede decir cuál de sus campos.",
  "Two checkpoints of the same size have different roots.": "Dos puntos de control del mismo tamaño tienen raíces distintas.",
  "You gave no key, policy or expected head.": "Usted no dio ninguna clave, política ni cabeza esperada.",
  "L4 needs a policy with a quorum, and you gave none.": "L4 exige una política con quórum, y usted no dio ninguna.",
  "No anchor of the head is confirmed by a header that you gave.": "Ningún ancla de la cabeza queda confirmada por una cabecera de bloque que usted haya dado.",
  "The anchors in front of it took all the work that anchors may.": "Las anclas anteriores consumieron todo el trabajo que las anclas pueden pedir.",
  "The tree that it is about could not be compared with the entries.": "El árbol del que se trata no se pudo comparar con las entradas.",
  "It commits to a block of Bitcoin, and you gave no header with its Merkle root.":
    "La prueba lleva a un bloque de Bitcoin, y usted no dio ninguna cabecera con su raíz de Merkle.",
  "It is pending: a calendar has taken it and is yet to name a block.": "La prueba está pendiente: un calendario la ha aceptado y todavía tiene que nombrar un bloque.",
  "Nobody attests it whose word is checked here.": "No la atestigua nadie cuya palabra se compruebe aquí.",
  "A manifest stands on the first line only.": "Un manifiesto solo está en la primera línea.",

  // Files that are no export.
  "It is a chain file: `call-verify export` makes a bundle of it.": "Es un archivo de cadena: `call-verify export` hace de él una exportación.",
  "It looks like call records: seal them, and export the chain.": "Parecen registros de llamadas: séllelos y exporte la cadena.",
  "It is a receipt of one call: `call-verify verify-call --receipt` verifies it.":
    "Es el recibo de una sola llamada: `call-verify verify-call --receipt` lo verifica.",
  "It is evidence of a fork: `call-verify verify-evidence` verifies it.": "Es la prueba de una bifurcación: `call-verify verify-evidence` la verifica.",
  "It is a validator's signed result: `call-verify agree` reads it.": "Es el resultado firmado de un validador: `call-verify agree` lo lee.",
  "There are several records, and a receipt is of one call: give its record alone.":
    "Hay varios registros, y un recibo es de una sola llamada: dé solo el registro de esa llamada.",
  "It was laid out anew, which changes the bytes that were sealed: ask for the file as it was exported.":
    "El texto se volvió a maquetar, lo que cambia los bytes que se sellaron: pida el archivo tal como se exportó.",
  "Its lines end in CR LF, as some mail and copy programs make them: ask for the file as it was exported.":
    "Las líneas terminan en CR LF, como las dejan algunos programas de correo y de copia: pida el archivo tal como se exportó.",
  "It was saved in another encoding or with a byte order mark: ask for the file as it was exported.":
    "El texto se guardó en otra codificación o con una marca de orden de bytes: pida el archivo tal como se exportó.",
  "It is a ZIP archive: unpack it.": "Es un archivo ZIP: descomprímalo.",
  "It holds no whole line.": "No contiene ninguna línea completa.",
  "It is cut off.": "Falta el final.",
  "Its header is not that of a gzip file, or uses flags that are not defined.": "El encabezado no es el de un archivo gzip, o usa indicadores que no están definidos.",
  "The checksum of its header does not hold.": "La suma de comprobación del encabezado gzip no es correcta.",
  "Its compressed data are broken.": "Los datos comprimidos están rotos.",
  "Its checksum does not hold.": "La suma de comprobación no es correcta.",
  "Its length does not hold.": "La longitud no es correcta.",

  // Keys and signed notes.
  "It is not valid UTF-8.": "No es UTF-8 válido.",
  "No empty line parts text and signatures.": "Ninguna línea vacía separa el texto de las firmas.",
  "It does not end with a signature line and a newline.": "No termina con una línea de firma y un salto de línea.",
  "A signature line does not begin with an em dash and a space.": "Una línea de firma no empieza con una raya y un espacio.",
  "It has no signature line.": "No tiene ninguna línea de firma.",
  "A signature line has no signature.": "Una línea de firma no tiene firma.",
  "A signature is not canonical base64.": "Una firma no es base64 canónico.",
  "A signature is too short.": "Una firma es demasiado corta.",
  "This is the secret key. Do not hand it around; give the vkey.": "Esta es la clave secreta. No la comparta; dé la vkey.",
  "It holds no public key.": "No contiene ninguna clave pública.",
  "An ML-DSA-44 public key has 1312 bytes.": "Una clave pública ML-DSA-44 tiene 1312 bytes.",
  "Its key ID does not fit its name and public key.": "El ID de clave no corresponde al nombre y a la clave pública.",
  "Its text does not end with a newline.": "El texto no termina con un salto de línea.",
  "It holds a control character.": "Contiene un carácter de control.",
  "The key name is empty.": "El nombre de la clave está vacío.",
  "The key name holds a space.": "El nombre de la clave contiene un espacio.",
  "The key name holds a plus sign.": "El nombre de la clave contiene un signo más.",
  "The key name holds a control character.": "El nombre de la clave contiene un carácter de control.",
  "It is not name+key ID+base64.": "No es nombre+ID de clave+base64.",
  "A key ID is 8 lower-case hex digits.": "Un ID de clave son 8 dígitos hexadecimales en minúsculas.",
  "The key is not canonical base64.": "La clave no es base64 canónico.",
  "An Ed25519 public key has 32 bytes.": "Una clave pública Ed25519 tiene 32 bytes.",
  "Its public key is no canonical point or of small order.": "La clave pública no es un punto canónico o es de orden pequeño.",
  "Its origin is empty or holds a control character.": "El origen está vacío o contiene un carácter de control.",
  "Its tree size is beyond 2^53-1.": "El tamaño del árbol supera 2^53-1.",
  "It has not exactly three lines.": "No tiene exactamente tres líneas.",
  "Its tree size is no decimal number up to 2^53-1, or has leading zeros.": "El tamaño del árbol no es un número decimal hasta 2^53-1, o tiene ceros a la izquierda.",
  "Its root hash is not the canonical base64 of 32 bytes.": "El hash raíz no es el base64 canónico de 32 bytes.",

  // Policies.
  "It is a vkey: give it as a key.": "Es una vkey: désela como clave.",
  "It looks like a name. Give the text of a policy, or a vkey: NAME+HASH+KEY.":
    "Parece un nombre. Dé el texto de una política, o una vkey: NAME+HASH+KEY.",
  "It is longer than 256 KiB.": "El texto mide más de 256 KiB.",
  "The last line does not end with a newline.": "La última línea no termina con un salto de línea.",
  "A log's key is of type 0x01, Ed25519.": "La clave de un log es del tipo 0x01, Ed25519.",
  "It holds a control character; lines end with a newline alone.": "Contiene un carácter de control; las líneas terminan solo con un salto de línea (LF).",
  "A log line is `log <vkey> [<url>]`.": "Una línea log es `log <vkey> [<url>]`.",
  "A revoker line is `revoker <vkey>`.": "Una línea revoker es `revoker <vkey>`.",
  "A witness line is `witness <name> <vkey> [<url>]`.": "Una línea witness es `witness <name> <vkey> [<url>]`.",
  "A group line is `group <name> all|any|<k> <name>...`.": "Una línea group es `group <name> all|any|<k> <name>...`.",
  "A quorum line is `quorum <name>` or `quorum none`.": "Una línea quorum es `quorum <name>` o `quorum none`.",
  "A line begins with none of log, witness, group, quorum, revoker.": "Una línea no empieza con log, witness, group, quorum ni revoker.",
  "The key is a witness's (type 0x04 or 0x06).": "La clave es la de un testigo (tipo 0x04 o 0x06).",
  "A log with this public key stands above.": "Más arriba ya hay un log con esta clave pública.",
  "The key is not a witness's (type 0x04 or 0x06).": "La clave no es la de un testigo (tipo 0x04 o 0x06).",
  "A witness with this public key stands above.": "Más arriba ya hay un testigo con esta clave pública.",
  "A revoker's key is of type 0x01, Ed25519.": "La clave de quien revoca es del tipo 0x01, Ed25519.",
  "A revoker with this public key stands above.": "Más arriba ya hay una clave para revocar con esta clave pública.",
  "A revoker's key is that of a log: whoever seals must not revoke.": "La clave de quien revoca es la de un log: quien sella no debe revocar.",
  "Another key with this key name and key ID stands above.": "Más arriba ya hay otra clave con este nombre de clave y este ID de clave.",
  "A name is a member for the second time.": "Un nombre es miembro por segunda vez.",
  "A threshold is all, any or a number from 1 to the number of members.": "Un umbral es all, any o un número de 1 al número de miembros.",
  "A quorum line stands above.": "Más arriba ya hay una línea quorum.",
  "The name none is predefined.": "El nombre none está predefinido.",
  "The name is defined above.": "El nombre ya está definido más arriba.",
  "A name is not defined above.": "Un nombre no está definido más arriba.",
  "There is no quorum line.": "No hay ninguna línea quorum.",
  "The vkey is not valid UTF-8.": "La vkey no es UTF-8 válido.",
  "There are more than 256 logs, revokers, witnesses or groups.": "Hay más de 256 logs, claves para revocar, testigos o grupos.",

  // The expected head.
  "Expected SIZE:HEAD, a number and 64 lower-case hex digits.": "Se espera SIZE:HEAD, un número y 64 dígitos hexadecimales en minúsculas.",

  "They are not verified by themselves.": "Por sí solas no quedan verificadas.",
  "No head that you trust covers them.": "Ninguna cabeza en la que usted confía las cubre.",
  "They end with the receipt's entry or in front of it.": "Terminan con la entrada del recibo o antes.",
  "Entries are missing between the receipt's and them.": "Faltan entradas entre la del recibo y ellas.",
  "They do not continue the receipt's entry: it is another chain or another history.": "No continúan la entrada del recibo: es otra cadena u otra historia.",
  "The receipt's entry lies too far behind their first: give those that begin right behind it.": "La entrada del recibo está demasiado lejos de la primera: dé las que empiezan justo después.",

  // What the package around the core says.
  "The text holds half of a surrogate pair.": "El texto contiene la mitad de un par sustituto.",
  "The verifier stopped by an internal error and was started anew.": "El verificador se detuvo por un error interno y se volvió a iniciar.",
};
