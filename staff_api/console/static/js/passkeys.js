// Passkeys: the browser makes one, or answers with one. Forms marked data-passkey are filled here, then sent as any other.

const API = "/api/v1";
const FIELDS = {
  add: (made) => ({ id: made.id, client_data: made.response.clientDataJSON, attestation: made.response.attestationObject }),
  "sign-in": (answer) => ({
    id: answer.id, client_data: answer.response.clientDataJSON, authenticator_data: answer.response.authenticatorData,
    signature: answer.response.signature,
  }),
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!["add", "sign-in"].includes(form.dataset.passkey)) return;
  if (form.dataset.filled) return void delete form.dataset.filled;
  event.preventDefault();
  event.stopImmediatePropagation(); // it is sent once it is filled
  say(form, "");
  fill(form).catch((error) => say(form, inWords(error)));
}, true);

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-passkey=prove]");
  if (!button) return;
  const form = button.form;
  say(form, "");
  prove().then(() => {
    const password = form.elements.own_password;
    if (password) {
      password.required = false;
      password.value = "";
      password.closest("label").hidden = true;
    }
    button.textContent = "You have shown that it is you";
    button.disabled = true;
    form.querySelector("button[type=submit]").focus();
  }).catch((error) => say(form, inWords(error)));
});

async function fill(form) {
  const kind = form.dataset.passkey;
  let credential;
  if (kind === "add") {
    const password = form.elements.own_password?.value;
    if (password) await post("/session/proof", { password });
    credential = await navigator.credentials.create({ publicKey: bytesIn(await asked("/account/passkey-options")) });
  } else {
    credential = await navigator.credentials.get({ publicKey: bytesIn(await asked("/session/passkey/challenge")) });
  }
  for (const [name, value] of Object.entries(FIELDS[kind](credential))) put(form, name, value);
  form.dataset.filled = "yes";
  form.requestSubmit();
}

async function prove() {
  const answer = await navigator.credentials.get({ publicKey: bytesIn(await asked("/session/proof/passkey/challenge")) });
  const fields = FIELDS["sign-in"](answer);
  await post("/session/proof/passkey", Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, written(value)])));
}

async function asked(address) {
  return (await post(address)).options;
}

async function post(address, body) {
  const given = document.body.getAttribute("hx-headers:inherited");
  const headers = { ...(given ? JSON.parse(given) : {}), ...(body ? { "Content-Type": "application/json" } : {}) };
  const answer = await fetch(API + address, { method: "POST", headers, body: body && JSON.stringify(body), credentials: "same-origin" });
  if (answer.status === 204) return null;
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.errors?.length ? said.errors.map((fault) => fault.detail).join(" ") : said.detail);
  return said;
}

function put(form, name, value) {
  const field = form.elements[name] ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name }));
  field.value = written(value);
}

// Options come with their bytes written as base64url.
function bytesIn(options) {
  const descriptor = (one) => ({ ...one, id: read(one.id) });
  const said = { ...options, challenge: read(options.challenge) };
  if (options.user) said.user = { ...options.user, id: read(options.user.id) };
  for (const name of ["excludeCredentials", "allowCredentials"]) if (options[name]) said[name] = options[name].map(descriptor);
  return said;
}

function read(words) {
  return Uint8Array.from(atob(words.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}

function written(value) {
  if (typeof value === "string") return value;
  const letters = Array.from(new Uint8Array(value), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function inWords(error) {
  if (error.name === "NotAllowedError") return "No passkey has answered. Try again, or use something else.";
  if (error.name === "InvalidStateError") return "This device has a passkey for you already.";
  if (error.name === "SecurityError") return "This address cannot have passkeys; open the console by its name.";
  return error.message;
}

function say(form, words) {
  const place = form.querySelector("[data-problem]");
  place.textContent = words;
  place.hidden = !words;
}
