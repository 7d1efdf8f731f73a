// A program of somebody's, in TypeScript: reads patients, writes a note twice with one key, and is told what is wrong.

import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

const [baseUrl, key] = process.argv.slice(2);
assert(baseUrl && key);
const client = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${key}` } });

const found = await client.GET("/api/v1/patients", { params: { query: { limit: 10 } } });
assert.equal(found.response.status, 200);
const patient: components["schemas"]["PatientRow"] | undefined = found.data?.items[0];
assert(patient);
assert.equal(patient.name, "Amina Yusuf");

const note = () => client.POST("/api/v1/patients/{patient_id}/notes", {
  params: { path: { patient_id: patient.id }, header: { "Idempotency-Key": "smoke-ts" } },
  body: { text: "Called; all is well." },
});
const first = await note();
const again = await note();
assert.equal(first.response.status, 201);
assert.deepEqual(again.data, first.data);
assert.equal(again.response.headers.get("Idempotency-Replayed"), "true");

const contact = await client.GET("/api/v1/patients/{patient_id}/contact", { params: { path: { patient_id: patient.id } } });
const etag = contact.response.headers.get("ETag");
assert(etag);
const change = (phone: string) => client.PUT("/api/v1/patients/{patient_id}/contact", {
  params: { path: { patient_id: patient.id }, header: { "If-Match": etag } },
  body: { phone },
});
assert.equal((await change("+44 20 7946 0100")).response.status, 200);
const late = await change("+44 20 7946 0200");
assert.equal(late.error?.code, "changed_meanwhile");

const nobody = await client.GET("/api/v1/patients/{patient_id}", { params: { path: { patient_id: 999 } } });
assert.equal(nobody.error?.code, "not_found");
console.log("TypeScript: well");
