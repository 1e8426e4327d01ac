/** The page's beginning: the engine, the session and what the address says, and then the view. */

import { engine } from "./engine/engine.js";
import { keepOffline } from "./shell/offline.js";
import { network } from "./shell/network.js";
import { Session } from "./session/session.js";
import { fragmentOf, remembered } from "./session/trust.js";
import "./views/page.js";
import { VerifyPage } from "./views/page.js";
import { languageTag, locales, preferred, setLocale } from "./words/index.js";

const { trust, lang } = fragmentOf(location.hash);
const session = new Session(engine);
const kept = remembered();
session.policy = kept?.policy ?? "";
session.expect = kept?.expect ?? "";
// In a frame the button that takes an offer could lie under somebody else's picture.
if (trust !== undefined && window === window.top) void session.offer(trust, undefined);

locales.addEventListener("change", () => (document.documentElement.lang = languageTag()));
setLocale(lang === "pseudo" ? "pseudo" : preferred(lang === undefined ? navigator.languages : [lang]));

const page = new VerifyPage();
page.session = session;
page.network = network;
document.body.prepend(page);
session.addEventListener("given", () => network.begin());
void session.begin();
void keepOffline();
