import type { ClaimTexts } from "../texts.js";

/** Why a claim is proven, failed or not checked. */
export const claimsEs: ClaimTexts = {
  "Every line is canonical, and counts and digests of the end line hold.": "Cada línea es canónica, y los recuentos y hashes de la línea final son correctos.",
  "A receipt is of one call: it is no export of a chain.": "Un recibo es de una sola llamada: no es la exportación de una cadena.",
  "The call is what this version of it seals.": "La llamada es lo que sella esta versión suya.",
  "The entry is under a checkpoint of {size} entries signed by {names}, which you trust.":
    "La entrada está bajo un punto de control de {size} entradas con la firma de {names}, en la que usted confía.",
  "Entries after this one were not shown, also where the checkpoint covers them: a later version or a revocation of the call cannot be seen.":
    "No se mostraron las entradas posteriores a esta, tampoco las que cubre el punto de control: una versión posterior o una revocación de la llamada no se puede ver.",
  "No hash covers these members of the record: {names}.": "Ningún hash cubre estos campos del registro: {names}.",
  "Lines do not add up to the end line.": "Las líneas no concuerdan con la línea final.",
  "The export could not be read to its end.": "La exportación no se pudo leer hasta el final.",
  "A call is not what was sealed.": "Una llamada no es lo que se selló.",
  "No call is presented.": "No se presenta ninguna llamada.",
  "Not every call presented could be compared.": "No todas las llamadas presentadas se pudieron comparar.",
  "Every call presented is what its latest version seals, or is revoked.": "Cada llamada presentada es lo que sella su última versión, o está revocada.",
  "Every call that these entries seal is presented.": "Se presentan todas las llamadas que sellan estas entradas.",
  "Calls may be sealed in this chain that are not presented.": "Puede haber llamadas selladas en esta cadena que la exportación no presenta.",
  "Every entry links to the one in front, from the chain's header to the head.": "Cada entrada enlaza con la anterior, desde el encabezado de la cadena hasta la cabeza.",
  "Every entry of the range links to the one in front, and both ends are proven; what lies before was not shown.":
    "Cada entrada del tramo enlaza con la anterior, y ambos extremos están probados; lo que hay antes no se mostró.",
  "Not every entry from the chain's beginning was read.": "No se leyeron todas las entradas desde el principio de la cadena.",
  "Entries, links, positions or records do not hold.": "Hay entradas, enlaces, posiciones o registros que no son correctos.",
  "The first entry does not link to this header.": "La primera entrada no enlaza con este encabezado.",
  "The first entry links to the header: tenant, origin and time of creation.": "La primera entrada enlaza con el encabezado: inquilino, origen y fecha de creación.",
  "Only entry 0 binds the header, and it was not shown or the chain does not hold.":
    "Solo la entrada 0 vincula el encabezado, y no se mostró o la cadena no es correcta.",
  "A checkpoint or proof does not fit these entries.": "Un punto de control o una prueba no corresponde a estas entradas.",
  "The head is under a checkpoint signed by {names}, which you trust.":
    "La cabeza está bajo un punto de control con la firma de {names}, en la que usted confía.",
  "No checkpoint by a key you trust covers the head.": "Ningún punto de control de una clave en la que usted confía cubre la cabeza.",
  "The chain does not have the head you expect.": "La cadena no tiene la cabeza que usted espera.",
  "The chain has the head you expect.": "La cadena tiene la cabeza que usted espera.",
  "The head you expect could not be compared.": "La cabeza que usted espera no se pudo comparar.",
  "You named no expected head.": "Usted no indicó ninguna cabeza esperada.",
  "A cosignature does not verify.": "Una cofirma no supera la verificación.",
  "A quorum of your witnesses has cosigned the checkpoint.": "Un quórum de sus testigos ha cofirmado el punto de control.",
  "Too few of your witnesses have cosigned.": "Han cofirmado demasiado pocos de sus testigos.",
  "You asked for no witnesses: the signer could show others a different history.":
    "Usted no pidió testigos: el firmante podría mostrar a otros una historia diferente.",
  "A version or revocation carries a bad signature.": "Una versión o revocación lleva una firma no válida.",
  "Every version and revocation shown is signed by a key you trust.": "Cada versión y cada revocación mostrada está firmada por una clave en la que usted confía.",
  "No version or revocation was read.": "No se leyó ninguna versión ni revocación.",
  "Not every version and revocation was read.": "No se leyeron todas las versiones y revocaciones.",
  "Not every version and revocation is signed by a key you trust; the checkpoint is what binds them.":
    "No todas las versiones y revocaciones están firmadas por una clave en la que usted confía; lo que las vincula es el punto de control.",
  "A revocation is not signed by a key that may revoke.": "Una revocación no está firmada por una clave que pueda revocar.",
  "A key you trust signs where the chain says that it must not.": "Una clave en la que usted confía firma donde la cadena dice que no debe.",
  "Not every version and revocation is signed by a key you trust.": "No todas las versiones y revocaciones están firmadas por una clave en la que usted confía.",
  "An anchor is not about the tree that it names.": "Un ancla no corresponde al árbol que nombra.",
  "An anchor leads from the head to a block header that you gave; whether that stands in the best chain of Bitcoin is for you to know: {names}.":
    "Un ancla lleva de la cabeza a una cabecera de bloque que usted dio; si esta se halla en la cadena válida de Bitcoin debe saberlo usted: {names}.",
  "Entries behind this one were read, under a head that you trust; what they revoke or seal anew is in the verdict: {names}.":
    "Se leyeron entradas posteriores a esta, bajo una cabeza en la que usted confía; lo que revocan o sellan de nuevo está en el veredicto: {names}.",
  "No confirmed anchor covers the head, only one the first entries: {names}.":
    "Ningún ancla confirmada cubre la cabeza, solo una las primeras entradas: {names}.",
  "No anchor was checked: times are the issuer's claims.": "No se comprobó ningún ancla: las fechas son declaraciones del emisor.",
  "Whatever was appended after the last entry shown cannot be known.": "Lo que se haya añadido después de la última entrada mostrada no se puede saber.",
  "No recording's bytes were compared.": "No se compararon los bytes de ninguna grabación.",
  "What redacted calls withhold was not seen.": "No se vio lo que omiten las llamadas con partes omitidas.",
  "Redacted calls withhold members, which were not seen: {names}.": "Las llamadas con partes omitidas omiten campos que no se vieron: {names}.",
  "Sealing shows that data did not change, not that it was true when it was sealed.":
    "El sellado muestra que los datos no cambiaron, no que fueran verdad cuando se sellaron.",
};
