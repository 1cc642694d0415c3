// Passkeys on the browser's side: ask the node what to prove, let the device prove it, bring the answer back.
//
// Knows no words and touches no page: each function resolves to {ok, code, ...answer of the node}. Codes made here:
//   passkeys_not_supported  the browser or the address cannot do it
//   passkey_cancelled       the person closed the dialogue, or took too long
//   passkey_already_here    this device holds a passkey of this officer already
//   node_away               the node did not answer
// Every other code is the node's own.

const headers = (csrf) => ({
  "Content-Type": "application/json",
  Accept: "application/json",
  ...(csrf ? { "X-CSRF-Token": csrf } : {}),
});

async function post(url, body, csrf) {
  let response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: headers(csrf),
      body: JSON.stringify(body),
      credentials: "same-origin",
      redirect: "error",
    });
  } catch {
    return { ok: false, code: "node_away" };
  }
  let answer = {};
  try {
    answer = await response.json();
  } catch {
    // An answer without words is told by its status alone.
  }
  return response.ok ? { ...answer, ok: true } : { ...answer, ok: false, code: answer.code ?? "node_away" };
}

function codeOf(error) {
  if (error?.name === "InvalidStateError") return "passkey_already_here";
  if (error?.name === "NotAllowedError" || error?.name === "AbortError") return "passkey_cancelled";
  return "passkeys_not_supported";
}

export function supported() {
  return (
    window.isSecureContext &&
    typeof window.PublicKeyCredential?.parseCreationOptionsFromJSON === "function" &&
    typeof window.PublicKeyCredential?.parseRequestOptionsFromJSON === "function"
  );
}

// A browser answers one question about passkeys at a time: a new one ends the one that waits in the name field.
let waiting = null;

function instead() {
  waiting?.abort();
  waiting = new AbortController();
  return waiting.signal;
}

// extra: what the page adds to the answer, such as the label that the officer gives the passkey.
export async function register(optionsUrl, finishUrl, csrf, extra = {}) {
  if (!supported()) return { ok: false, code: "passkeys_not_supported" };
  const asked = await post(optionsUrl, {}, csrf);
  if (!asked.ok) return asked;
  let credential;
  try {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(asked.options);
    credential = await navigator.credentials.create({ publicKey, signal: instead() });
  } catch (error) {
    return { ok: false, code: codeOf(error) };
  }
  return post(finishUrl, { ...extra, credential: credential.toJSON() }, csrf);
}

async function prove(optionsUrl, finishUrl, mediation) {
  if (!supported()) return { ok: false, code: "passkeys_not_supported" };
  const signal = instead();
  const asked = await post(optionsUrl, {}, "");
  if (!asked.ok) return asked;
  let credential;
  try {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(asked.options);
    credential = await navigator.credentials.get({ publicKey, signal, ...(mediation ? { mediation } : {}) });
  } catch (error) {
    return { ok: false, code: codeOf(error) };
  }
  return post(finishUrl, { credential: credential.toJSON() }, "");
}

export function signIn(optionsUrl, finishUrl) {
  return prove(optionsUrl, finishUrl, "");
}

// Offers passkeys within a field marked autocomplete="username webauthn". Resolves when one is chosen or it is ended.
export async function offerInField(optionsUrl, finishUrl) {
  const can = await window.PublicKeyCredential?.isConditionalMediationAvailable?.();
  if (!can) return { ok: false, code: "passkeys_not_supported" };
  return prove(optionsUrl, finishUrl, "conditional");
}
