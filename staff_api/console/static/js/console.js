// The console's scripts, each with one subject.

import "./order.js";
import "./page.js";
import "./live.js";
import "./keys.js";
import "./composer.js";
import "./offers.js";
import "./passkeys.js";
import "./presence.js";
import "./ready.js";
import "./kind_words.js";
