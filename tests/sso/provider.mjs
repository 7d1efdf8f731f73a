// A certified OpenID provider (npm's oidc-provider) on this machine, with the people of a file: `node provider.mjs`.

import { readFileSync } from "node:fs";
import Provider from "oidc-provider";

const { PORT, RETURN, LOGOUT, PEOPLE } = process.env;
const issuer = `http://127.0.0.1:${PORT}`;
const person = (id) => JSON.parse(readFileSync(PEOPLE, "utf8"))[id];

const provider = new Provider(issuer, {
  clients: [{
    client_id: "careward", client_secret: "a-secret-of-32-characters-or-more", redirect_uris: [RETURN],
    grant_types: ["authorization_code"], response_types: ["code"],
    backchannel_logout_uri: LOGOUT, backchannel_logout_session_required: true,
  }],
  features: { backchannelLogout: { enabled: true } },
  fetch: (url, { dispatcher, ...how }) => fetch(url, how), // its own keeps it from calling this machine, where all of this is
  pkce: { required: () => true },
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "groups"] },
  findAccount: (_ctx, id) => person(id) && { accountId: id, claims: () => ({ sub: id, ...person(id) }) },
  cookies: { keys: ["only for a test"] },
});

const server = provider.listen(Number(PORT), "127.0.0.1", () => console.log("ready"));
process.on("SIGTERM", () => server.close(() => process.exit(0)));
