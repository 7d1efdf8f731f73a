// The phone API of the simulator: one function a request, errors as one sentence.

export class Refused extends Error {}

async function request(method, path, body) {
  const options = { method, headers: { Accept: "application/json" } };
  if (body instanceof FormData) options.body = body;
  else if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(`/phone/api/${path}`, options);
  } catch {
    throw new Refused("The simulator does not answer. Is it still running?");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(answer.error ?? `The simulator refused this (${response.status}).`);
  return answer;
}

function upload(chat, kind, file, caption) {
  const form = new FormData();
  if (caption) form.append("caption", caption);
  form.append("file", file, file.name);
  return request("POST", `chats/${chat}/${kind}`, form);
}

export const api = {
  state: () => request("GET", "state"),
  chat: (chat) => request("GET", `chats/${chat}`),
  text: (chat, text, replyTo) => request("POST", `chats/${chat}/text`, replyTo ? { text, reply_to: replyTo } : { text }),
  tap: (chat, message, row, column) => request("POST", `chats/${chat}/tap`, { message_id: message, row, column }),
  edit: (chat, message, text) => request("POST", `chats/${chat}/edit`, { message_id: message, text }),
  photo: (chat, file, caption) => upload(chat, "photo", file, caption),
  document: (chat, file, caption) => upload(chat, "document", file, caption),
  start: (chat, payload) => request("POST", `chats/${chat}/start`, { payload: payload ?? "" }),
  block: (chat) => request("POST", `chats/${chat}/block`, {}),
  unblock: (chat) => request("POST", `chats/${chat}/unblock`, {}),
  read: (chat) => request("POST", `chats/${chat}/read`, {}),
  newPhone: (name, language) => request("POST", "phones", { name, language_code: language }),
  advance: (step) => request("POST", "clock", { advance: step }),
};
