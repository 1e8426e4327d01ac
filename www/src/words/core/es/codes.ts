import type { CodeTexts } from "../texts.js";

export const codesEs: CodeTexts = {
  "json-empty": ["Aquí no hay texto JSON.", "La entrada está vacía o solo contiene espacios en blanco. Dé un objeto JSON."],
  "json-syntax": [
    "Esto no es JSON.",
    "El texto infringe la gramática de RFC 8259 en el byte indicado. Los comentarios, las comas finales, las comillas simples, NaN y similares no son JSON. Corrija el texto donde se genera.",
  ],
  "json-utf8": [
    "El texto no es UTF-8 válido.",
    "Todo texto es UTF-8. Otros bytes los leerían de modo distinto distintos programas. Convierta el archivo a UTF-8.",
  ],
  "json-bom": [
    "El texto empieza con una marca de orden de bytes (BOM).",
    "Una marca de orden de bytes no forma parte de JSON y cambia el hash. Guarde el archivo sin ella.",
  ],
  "json-duplicate-member": [
    "Un objeto nombra dos veces el mismo campo.",
    "Los programas discrepan en cuál de los dos cuenta, así que podría mostrarse un valor y calcularse el hash de otro. Conserve uno.",
  ],
  "json-surrogate": [
    "Una cadena de texto contiene la mitad de un par sustituto.",
    "Un sustituto suelto no es un carácter y no se puede escribir en UTF-8. Corrija el texto donde se cortó.",
  ],
  "json-nul": [
    "Una cadena de texto contiene el carácter U+0000.",
    "Las bases de datos y otros lectores cortan o rechazan ahí los textos. Quítelo donde se genera el texto.",
  ],
  "json-number-range": [
    "Un número está fuera del intervalo que todo lector conserva.",
    "Los números enteros van de -(2^53-1) a 2^53-1, y ningún número puede desbordar un número de coma flotante de 64 bits: más allá, los lectores redondean sin avisar. Escríbalo como cadena de texto.",
  ],
  "json-negative-zero": [
    "Un número es menos cero.",
    "Menos cero y cero son iguales pero pueden escribirse de modo distinto, así que aquí no tiene forma canónica. Escriba 0.",
  ],
  "json-depth": ["El JSON está anidado a demasiada profundidad.", "Se leen como máximo 32 niveles de listas y objetos. Reduzca la profundidad de los datos."],
  "json-members": ["Un objeto tiene demasiados campos.", "Se leen como máximo 256 campos por objeto. Divida el objeto."],
  "bad-call": [
    "El registro de una llamada es un objeto JSON; esto es otra cosa.",
    "Dé un objeto JSON por llamada, con los campos del registro.",
  ],
  "bad-member": [
    "Un campo del registro tiene un valor que no se puede aceptar.",
    "Se indica el campo. Su regla está en SPEC.md, sección Call record; nada se corrige en silencio, así que corrija el registro en su origen.",
  ],
  "missing-member": [
    "Al registro le falta un campo obligatorio.",
    "Se indica el campo. Ausente y null son lo mismo. Los campos 1 a 14 del registro son obligatorios.",
  ],
  "uncovered-member": [
    "El registro tiene un campo que ningún hash cubriría.",
    "Sellarlo daría a entender que está protegido. Nómbrelo con --drop o quítelo del registro.",
  ],
  "not-finalized": [
    "La llamada no es definitiva.",
    "Una llamada se sella cuando su disposición no es un estado en curso, su transcripción está completa, sus metadatos están bloqueados y sus salidas de IA son estables. Espere, o indique qué es definitivo.",
  ],
  "already-sealed": [
    "Estos datos ya están en una versión anterior.",
    "Un contenido se sella una sola vez por inquilino. Volver a los datos de una versión anterior exige un registro que difiera. Los datos de la última versión ya están, revocados o no, y no añaden nada.",
  ],
  "salt-missing": [
    "La llamada se selló con una sal, y ahora no se conoce ninguna para ella.",
    "Sin ella, o con otra, la versión nueva dejaría al descubierto para siempre lo que las anteriores ocultan. Vuelva a poner el archivo de sales junto a la cadena, o dé al registro su sal. Una llamada cuya sal se destruyó sigue borrada.",
  ],
  "bad-event": [
    "El suceso no se puede añadir.",
    "Se indica el campo: entity_id tiene de 1 a 256 caracteres; event_type son palabras en minúsculas separadas por puntos, de 64 caracteres como máximo; payload es un objeto JSON; timestamp es UTC en forma canónica. Los sucesos de versión y de clave tienen reglas propias.",
  ],
  "no-such-version": [
    "La cadena no tiene tal versión de esta llamada.",
    "Una revocación o un intento de verificación nombra una versión que está en la cadena. Vea cuáles hay en un informe que enumere todas las llamadas.",
  ],
  "redact-needs-salt": [
    "No se pueden omitir partes de una llamada sellada sin sal.",
    "Sin sal, todos los campos están bajo un solo hash, y si se omite uno no queda nada que comparar. Selle con --salt para poder omitir partes después.",
  ],
  "recording-unreadable": [
    "No se puede leer la grabación de una llamada.",
    "Ponga el archivo, con el nombre de la última parte de recording_ref, en el directorio dado con --recording, o selle sin --recording.",
  ],
  "bad-option": ["Falta una opción o tiene un valor que no se puede usar.", "Se indica la opción; sus valores están en la ayuda del programa."],
  "bad-key": [
    "Esto no es una clave utilizable.",
    "Una vkey es nombre+hash+base64, su hash corresponde a su nombre y a su clave, y la clave es un punto Ed25519 fuerte. Pídasela de nuevo a su titular, por una vía en la que confíe.",
  ],
  "bad-key-file": ["Esto no es un archivo de clave de este programa.", "Dé un archivo creado por `call-verify keygen`."],
  "bad-policy": [
    "La política no está bien formada, así que no se puede juzgar nada con ella.",
    "Se indica la línea. Una política es texto C2SP tlog-policy: líneas `log`, `witness`, `group`, exactamente una `quorum` y quizá `revoker`.",
  ],
  "bad-headers": [
    "Estas no son cabeceras de bloques de Bitcoin, así que no pueden confirmar nada.",
    "Se indica la línea o la cabecera. Dé 80 bytes por cada una, o 160 dígitos hexadecimales por línea; las que están juntas se siguen unas a otras, y entre las que no se siguen hay una línea vacía. Tómelas de un nodo propio o de varios sitios en los que confíe.",
  ],
  "bad-authority": [
    "Estos no son certificados de autoridades.",
    "Dé el certificado de una autoridad en la que confíe, en PEM (varios uno tras otro) o en DER. Un certificado que firma sellos no es una autoridad: viene con el sello.",
  ],
  "bad-note": [
    "Esto no es una nota firmada.",
    "Una nota es texto, una línea vacía y líneas de firma, como las define C2SP signed-note, dentro de 256 KiB y 64 líneas de firma.",
  ],
  "bad-proof": [
    "Esto no es una prueba de que una hoja esté en un log.",
    "Una prueba es texto C2SP tlog-proof@v1: su primera línea, el índice de la hoja, los hashes de su camino, una línea vacía y el checkpoint.",
  ],
  "bad-receipt": [
    "Esto no es un recibo, o no está en su única forma canónica.",
    "Un recibo es una línea con call, entry, entry_hash, chain y proof, como la escribe `call-verify receipt`; se indica el lugar en que se aparta de eso. Pida el archivo original, byte por byte. Una exportación no es un recibo: verifíquela como exportación.",
  ],
  "bad-evidence": [
    "Esto no es una prueba de bifurcación, o no está en su única forma canónica.",
    "Una prueba es una línea con dos puntos de control, una raíz y una prueba de consistencia, como la escribe `call-verify compare`. Pida el archivo original, byte por byte.",
  ],
  "bad-attestation": [
    "Esto no es un resultado firmado de un validador, o no está en su única forma canónica.",
    "Un resultado firmado es una línea, un sobre DSSE con una declaración in-toto, como la escribe `call-verify verify --attest`. Pida el archivo original, byte por byte.",
  ],
  "bad-anchor": [
    "Esto no es una prueba de OpenTimestamps, o no una que pueda usarse aquí.",
    "Una prueba es un archivo independiente de OpenTimestamps, versión 1; se indica el byte en el que se aparta de ello. Muestra algo sobre el hash con el que empieza, y sobre ningún otro. Pida el archivo original, o vuelva a sellar en el tiempo el punto de control.",
  ],
  "bad-timestamp": [
    "Esto no es un sello de tiempo, o no uno que pueda usarse aquí.",
    "Un sello es el de RFC 3161 en DER, solo o en la respuesta de la autoridad, sobre un valor SHA-256 y firmado por una sola. Pida otro a la autoridad.",
  ],
  "no-checkpoint": [
    "Ningún checkpoint de la exportación cubre la entrada de esta llamada.",
    "Un recibo muestra el lugar de la entrada en un árbol que el log ha firmado. Haga un checkpoint de la cadena, expórtela de nuevo y tome el recibo de allí.",
  ],
  "bad-checkpoint": [
    "Esto no es un punto de control.",
    "Un punto de control es una nota firmada de exactamente tres líneas: origen, tamaño del árbol y hash raíz en base64.",
  ],
  "not-consistent": [
    "El árbol no continúa lo que se firmó antes.",
    "Firmarlo sería responder de dos historias. Conserve ambas notas: juntas son indicio de una bifurcación.",
  ],
  "bad-state": ["Este estado no se puede reanudar.", "Dé un segmento escrito por esta versión del formato, entero y sin cambios."],
  unreadable: ["El archivo no se puede leer.", "Compruebe que existe, que es un archivo y que se permite leerlo."],
  unwritable: [
    "El archivo no se puede escribir.",
    "Compruebe los permisos y el espacio libre. Lo que se confirmó antes está en el disco; ejecute de nuevo la orden.",
  ],
  "not-a-chain": [
    "El archivo no es un archivo de cadena.",
    "Un archivo de cadena empieza con la línea de su encabezado. Dé uno creado por `call-verify seal`, o indique --tenant y --origin para comenzar uno.",
  ],
  "torn-tail": [
    "El archivo de cadena termina en mitad de una línea: se interrumpió una escritura.",
    "Nada de lo que se confirmó está en ese trozo. Mírelo y ejecute de nuevo la orden con --repair-tail: pasa el trozo a un archivo propio junto a la cadena.",
  ],
  "chain-damaged": [
    "El archivo de cadena no es coherente.",
    "Una entrada no corresponde a su hash o a su vecina, o una línea no es canónica. A una cadena rota no se le añade nada. Restaure el archivo desde su copia de seguridad y compare las cabezas.",
  ],
  "chain-locked": [
    "Otro proceso está usando esta cadena.",
    "Escribe un solo proceso a la vez, y mientras nadie lee: espere a que termine y ejecute de nuevo la orden.",
  ],
  "not-a-bundle": [
    "Esto no es una exportación.",
    "Una exportación empieza con una línea de manifiesto del formato call-stream-verify/1. No se juzgó nada.",
  ],
  internal: [
    "El verificador falló por dentro.",
    "Es un defecto del programa, no de los datos, y no se juzgó nada. Comuníquelo, por favor, con la versión y, si puede, con la entrada.",
  ],
  "not-canonical": [
    "Una línea no está en su única escritura canónica; ni ella ni lo que sigue se juzgaron.",
    "Cada línea de una exportación tiene exactamente una escritura, para que lo que se muestra sea aquello cuyo hash se calculó. Algo reescribió el archivo: pida la exportación original, byte por byte.",
  ],
  "cut-off": [
    "La exportación termina antes de su línea final.",
    "Se cortó por el camino o se interrumpió su escritura. Pídala de nuevo y compare los tamaños.",
  ],
  "trailing-bytes": [
    "Hay bytes detrás de la línea final.",
    "Nada puede seguir a la línea final; lo que la sigue no lo cubre ningún hash. Pida la exportación original.",
  ],
  "gzip-damaged": [
    "El archivo gzip está dañado o cortado.",
    "Su suma de comprobación, su longitud o sus datos comprimidos no son correctos. Pida de nuevo el archivo.",
  ],
  "gzip-trailing": [
    "Hay bytes detrás de la parte gzip.",
    "Se lee una parte y nada después de ella: los programas discrepan en lo que sigue. Pida la exportación original.",
  ],
  "line-too-long": ["Una línea mide más de 16 MiB.", "Ninguna línea de una exportación es tan larga. La verificación terminó ahí."],
  "too-many-lines": [
    "La exportación tiene más líneas de las que se pueden contar.",
    "Se juzgan como máximo 4.294.967.295 líneas en una verificación. Pida la exportación por tramos.",
  ],
  "envelope-too-large": [
    "Los puntos de control y las pruebas ocupan más de 32 MiB.",
    "Se conservan hasta el final de la verificación. Pida una exportación con menos.",
  ],
  "note-too-large": [
    "Una nota supera los 256 KiB o las 64 líneas de firma.",
    "No se leen notas tan grandes. Pida el punto de control con menos firmas.",
  ],
  "proof-too-large": [
    "Una prueba de Merkle tiene más de 63 hashes, o un ancla más de 64 KiB.",
    "Ningún árbol necesita más, y no se lee ninguna prueba tan grande. La verificación terminó ahí.",
  ],
  "nothing-to-verify": [
    "La exportación no contiene ninguna entrada, así que no hay nada que verificar.",
    "Una cadena vacía no prueba nada sobre ninguna llamada.",
  ],
  "no-calls": [
    "La exportación no contiene ninguna llamada, y no se preguntó solo por la cadena.",
    "Sin líneas de llamada no se puede comparar ninguna llamada con su versión. Pida una exportación con llamadas, o pregunte solo por la cadena.",
  ],
  "call-not-sealed": [
    "La cadena no contiene ninguna versión de esta llamada.",
    "Nunca se selló, o su versión está fuera de esta exportación. Pida al remitente la entrada que la sella.",
  ],
  "call-twice": [
    "La misma llamada se presenta más de una vez.",
    "No se dice cuál de ellas se ha de juzgar. Pida una exportación con una línea por llamada.",
  ],
  "call-incomparable": [
    "La llamada no se puede comparar con su versión.",
    "Se indica el motivo: las entradas de la exportación están incompletas o terminan antes del punto de control, de modo que podría faltar una versión o una revocación posterior.",
  ],
  "without-commitments": [
    "Una llamada con partes omitidas se selló sin compromisos, así que sus campos no se pueden comprobar uno por uno.",
    "Solo las llamadas selladas con una sal se pueden mostrar en parte. Pida la llamada completa.",
  ],
  "range-without-proof": [
    "La exportación no empieza en la primera entrada y no prueba su lugar en la cadena.",
    "Pida la cadena entera, o un tramo con pruebas de inclusión de su primera y de su última entrada bajo un punto de control en el que usted confíe.",
  ],
  "tenant-not-proven": [
    "Ninguna entrada de este tramo nombra al inquilino que usted espera.",
    "El encabezado de la cadena lo nombra, pero solo la primera entrada de una cadena vincula su encabezado. Pida la cadena entera, o un tramo que contenga una entrada de versión.",
  ],
  "no-trusted-checkpoint": [
    "Ningún punto de control firmado por una clave en la que usted confía cubre esta cadena.",
    "Quien hizo la exportación pudo recalcular la cadena entera. Si usted dio una clave, ningún punto de control de la exportación está firmado por ella. Si no, obtenga la clave del emisor por una vía en la que confíe y désela al verificador como vkey o en una política, o dé una cabeza esperada.",
  ],
  "checkpoint-out-of-reach": [
    "Un punto de control anterior en el que usted confía no se pudo comparar con las entradas que cubre.",
    "Podría contradecirlas. Los puntos de control anteriores se comparan dentro de las primeras 262.144 entradas, donde están justo detrás de su última entrada, o mediante una prueba de consistencia. Pida una exportación que lo tenga en uno de esos lugares.",
  ],
  "checkpoint-malformed": [
    "Una línea de punto de control no contiene ningún punto de control.",
    "Su nota no es una nota firmada, o el texto de esta no es origen, tamaño y hash raíz. Pida la exportación original.",
  ],
  "anchor-malformed": [
    "Una línea de ancla no contiene ninguna prueba de OpenTimestamps sobre un valor SHA-256.",
    "La prueba está cortada, dañada o no está en su única forma. Pida la exportación original.",
  ],
  "unanchored-tail": [
    "Detrás del punto de control más reciente en el que usted confía, o de la cabeza esperada, siguen más entradas.",
    "Nadie en quien usted confíe ha respondido todavía de ellas. Pida una exportación con un punto de control más reciente.",
  ],
  "quorum-not-met": [
    "Han cofirmado demasiado pocos testigos de la política.",
    "La política exige un quórum de testigos. Pida un punto de control con más cofirmas; la misma clave cuenta una sola vez.",
  ],
  "level-not-reached": ["No se alcanzó el nivel pedido.", "Las afirmaciones del informe dicen qué paso falta."],
  "expected-head-not-compared": [
    "La cabeza esperada está fuera de las entradas de la exportación.",
    "No se pudo comparar. Pida la cadena entera, o dé una cabeza esperada más reciente.",
  ],
  "history-not-compared": [
    "La cadena no se pudo comparar con la cabeza que usted verificó antes.",
    "La cabeza recordada queda fuera del tramo mostrado, y ninguna prueba de consistencia la une con el punto de control. Pida un tramo que empiece donde acaba su memoria, o la cadena entera.",
  ],
  "tile-missing": [
    "Falta un archivo del log.",
    "Se nombra el archivo. Sin él no se puede calcular el árbol, o no se muestra una parte de él. Consígalo, o pregunte si el log elimina entradas antiguas.",
  ],
  "tile-malformed": [
    "Una tesela no tiene la longitud que dice su nombre.",
    "Se nombra el archivo. Una tesela de hashes tiene 32 bytes por cada uno; un paquete de entradas, tantas entradas como dice su nombre, cada una tras su longitud. Consígalo de nuevo.",
  ],
  "later-not-proven": [
    "Las entradas dadas junto con un recibo no prueban nada sobre su llamada.",
    "Se indica el motivo. Dé una exportación de la misma cadena que se verifique por sí sola y que empiece en la entrada del recibo, antes o justo después.",
  ],
  "entry-hash-mismatch": [
    "Una entrada no tiene el hash que está escrito junto a ella.",
    "La entrada o su hash se cambió después de escribirse. Pida al remitente la entrada de la cadena original.",
  ],
  "link-broken": [
    "Una entrada no enlaza con la anterior.",
    "Una entrada se cambió, se quitó, se insertó o se movió. Pida al remitente la cadena original desde ese lugar.",
  ],
  "seq-out-of-place": [
    "Una entrada no está en su posición.",
    "Hay entradas que faltan, están repetidas o desordenadas. Pida al remitente la cadena original.",
  ],
  "chain-id-mismatch": [
    "La cadena no empieza con el hash de su encabezado.",
    "Las entradas pertenecen a una cadena con otro encabezado: otro inquilino, otro origen u otra fecha de creación.",
  ],
  "head-mismatch": [
    "La cabeza de la línea final no es el hash de la última entrada.",
    "Se cambió la línea final o la última entrada.",
  ],
  "count-mismatch": [
    "Las líneas no suman lo que cuentan el manifiesto o la línea final.",
    "Se quitaron o añadieron líneas después de hacerse la exportación.",
  ],
  "envelope-mismatch": [
    "El manifiesto, los puntos de control o las pruebas no son los que cubre la línea final.",
    "Una de esas líneas se cambió, se quitó o se añadió después de hacerse la exportación.",
  ],
  "root-mismatch": [
    "Un punto de control firmado tiene una raíz distinta de la de estas entradas.",
    "El firmante respondió de una historia diferente: se cambiaron entradas, o el firmante firmó dos historias. Conserve esta exportación y el punto de control: son elementos de prueba.",
  ],
  "checkpoint-beyond-chain": [
    "Un punto de control firmado cubre más entradas de las que muestra la exportación.",
    "Se cortó el final de la cadena. Pida las entradas que faltan.",
  ],
  "checkpoint-bad-signature": [
    "Un punto de control lleva una firma no válida bajo una clave en la que usted confía.",
    "El punto de control se cambió después de firmarse, o la firma se inventó.",
  ],
  "cosignature-bad": [
    "Un punto de control lleva una cofirma no válida bajo la clave de un testigo en el que usted confía.",
    "El punto de control o la cofirma se cambió después de hacerse, o se inventó.",
  ],
  "origin-mismatch": [
    "Un punto de control firmado por una clave en la que usted confía es de otro log.",
    "Su línea de origen no es el origen de la cadena. Aquí no responde de nada.",
  ],
  "signature-bad": [
    "Una versión, una revocación o un evento de clave lleva una firma no válida bajo una clave en la que usted confía.",
    "Su entrada se cambió después de firmarse, o la firma se inventó.",
  ],
  "key-not-valid": [
    "Una clave en la que usted confía firma donde la cadena dice que no debe.",
    "La cadena dice desde qué entrada firma la clave, o desde cuál ya no: véanse sus eventos key.added y key.retired. La firma se hizo con una clave retirada, o demasiado pronto. Pregunte al emisor.",
  ],
  "revocation-unauthorized": [
    "Una revocación no está firmada por una clave que pueda revocar.",
    "Su política nombra las claves que revocan. Pregunte al emisor quién retiró la llamada y si está revocada.",
  ],
  "inclusion-mismatch": [
    "Una prueba de inclusión no lleva a la raíz del árbol que nombra.",
    "La entrada no está en ese lugar del árbol, o se cambió la prueba.",
  ],
  "consistency-mismatch": [
    "Una prueba de consistencia no conecta los árboles que nombra.",
    "El árbol más reciente no continúa el anterior, o se cambió la prueba. Dos puntos de control firmados que ninguna prueba conecta son indicio de una bifurcación.",
  ],
  "anchor-mismatch": [
    "Un ancla no trata del árbol que indica.",
    "Su prueba empieza por el hash de algo distinto del punto de control de ese tamaño. El ancla es de otro log, o el log se reescribió después de anclarse.",
  ],
  "expected-head-mismatch": [
    "La cadena no tiene la cabeza que usted espera.",
    "La cadena se retrotrajo, se cortó o se reescribió desde que usted vio esa cabeza, o es otra cadena.",
  ],
  "history-forked": [
    "La cadena es otra historia que la que usted verificó antes.",
    "Su memoria guarda una cabeza que firmó la misma clave, y las entradas mostradas no llevan a ella. Conserve ambas exportaciones y compárelas: dos notas firmadas por una misma clave que se contradicen prueban una bifurcación.",
  ],
  "history-rolled-back": [
    "La cadena tiene menos entradas que las que usted verificó antes.",
    "Su memoria guarda una cabeza mayor que firmó la misma clave. Es una exportación antigua, o se retiraron entradas. Pida una nueva.",
  ],
  "tile-mismatch": [
    "Una tesela difiere del árbol que forman los demás archivos del log.",
    "Se nombra el archivo, y la primera entrada que difiere cuando son entradas. Se cambió o se dañó después de escribirse, o el log se contradice.",
  ],
  "tenant-mismatch": ["La cadena no es del inquilino que usted espera.", "Pida la exportación del inquilino correcto."],
  "foreign-tenant": [
    "Un registro pertenece a un inquilino distinto del de la cadena.",
    "Una cadena contiene un solo inquilino. Si está en una exportación, pregunte al remitente cómo llegó allí; si se iba a sellar, use la cadena de ese inquilino.",
  ],
  "version-bad-record": [
    "Una entrada de versión infringe su formato.",
    "Se indica el campo. Una entrada de versión tiene los campos de SPEC.md, sección Version record, y ningún otro.",
  ],
  "version-misnumbered": [
    "Las versiones de una llamada no están numeradas 1, 2, 3 y así sucesivamente.",
    "Una versión falta, está repetida o es inventada.",
  ],
  "version-not-unique": [
    "El mismo contenido se selló dos veces.",
    "Un contenido se sella una sola vez por inquilino: se recuperó un estado anterior o se copió una entrada.",
  ],
  "revocation-bad-record": ["Una revocación infringe su formato.", "Se indica el campo. Véase SPEC.md, sección Events."],
  "revokes-nothing": [
    "Una revocación nombra una versión que no existe.",
    "Delante de ella no hay ninguna versión con esa llamada, ese número y ese hash. Se quitó o se inventó una entrada.",
  ],
  "call-mismatch": [
    "La llamada no es lo que se selló.",
    "Su registro se cambió después de sellarse. Compare la parte o el campo indicado con el original del remitente; donde solo se conoce un hash no se puede decir qué campo difiere.",
  ],
  "commitment-mismatch": [
    "Un campo revelado no es lo que se selló.",
    "Su valor o su sal de campo se cambió después de sellarse.",
  ],
  "call-revoked": [
    "La última versión de la llamada fue revocada.",
    "El emisor la retiró; el motivo está en la revocación. No se debe confiar en ella.",
  ],
  "time-backwards": [
    "Una entrada lleva una fecha anterior en más de cinco minutos a la de la entrada que la precede.",
    "Las fechas son declaraciones del emisor; el orden lo prueba la cadena. Pregunte por el reloj si la fecha importa.",
  ],
  "already-revoked": ["Una versión se revoca por segunda vez.", "Basta con una vez; cuenta la primera revocación."],
  "revoked-differs": [
    "La llamada revocada no es lo que selló su última versión.",
    "Puede ser legítimo, por ejemplo tras un borrado; la llamada está revocada en cualquier caso.",
  ],
  "checkpoint-untrusted": [
    "Un punto de control no lleva ninguna firma de una clave en la que usted confíe.",
    "No cuenta: la clave que lo firmó se indica junto a la clave en la que usted confía, si dio una. ¿Es la suya la correcta y es esta la exportación correcta? Nunca se confía en las claves halladas en una exportación.",
  ],
  "checkpoint-not-compared": [
    "Un punto de control en el que usted confía no se pudo comparar con las entradas de este tramo.",
    "Un tramo se compara con un punto de control mediante pruebas de inclusión de su primera y de su última entrada. Decide el punto de control bajo el cual está probado el tramo.",
  ],
  "proof-not-checked": [
    "Una prueba de Merkle no se pudo comprobar.",
    "Esta exportación no contiene ni las entradas ni los puntos de control firmados que conecta. Nada se apoya en ella.",
  ],
  "signature-untrusted": [
    "Hay versiones o revocaciones firmadas por una clave en la que usted no confía.",
    "La clave se indica donde firma por primera vez. Sus firmas no cuentan: nunca se confía en las claves halladas en una exportación.",
  ],
  "quorum-not-intersecting": [
    "Dos conjuntos de testigos sin miembros en común podrían alcanzar el quórum cada uno por su lado.",
    "Un log deshonesto podría mostrar una historia distinta a cada conjunto. Eleve el umbral por encima de la mitad.",
  ],
  "attempt-bad-record": [
    "Un intento de verificación registrado infringe su formato.",
    "Tiene hash y enlace como lo demás, pero no puede contarse como intento.",
  ],
  "anchor-not-checked": [
    "Un ancla no acota nada en el tiempo: aquello en lo que se apoya no se comprobó.",
    "Se indica la razón: está pendiente, falta la cabecera de su bloque, o su árbol no se conoce aquí. Deje que un calendario la complete, o dé cabeceras de un sitio en el que confíe.",
  ],
};
