// Passkeys on the pages that ask for them: signing in, a first sign-in by a link, my account. Words come from the page.
import { offerInField, register, signIn, supported } from './passkeys.js';

// What the node remembers of an offer lasts five minutes; the offer in the name field is renewed before.
const OFFER_MS = 4 * 60 * 1000;

const said = document.getElementById('passkey-said');
const secret = document.querySelector('meta[name=csrf]')?.content ?? '';

function tell(answer) {
  const known = document.getElementById('passkey-words')?.content.querySelector(`[data-code="${answer.code}"]`);
  const words = answer.text ? [answer.text, answer.remedy].filter(Boolean).join(' ') : known?.textContent ?? answer.code;
  const line = document.createElement('p');
  line.className = 'field__error';
  line.textContent = words;
  said?.replaceChildren(line);
}

function goOn(answer) {
  location.assign(answer.to ?? '/');
}

async function offer(button) {
  if (document.hidden) return;
  const answer = await offerInField(button.dataset.options, button.dataset.finish);
  if (answer.ok) goOn(answer);
  // A cancelled or replaced offer is no fault; what the node refused is said.
  else if (answer.text) tell(answer);
}

for (const button of document.querySelectorAll('button[data-passkey]')) {
  if (!supported()) {
    button.disabled = true;
    tell({ code: 'passkeys_not_supported' });
    continue;
  }
  const signsIn = button.dataset.passkey === 'sign-in';
  button.addEventListener('click', async () => {
    said?.replaceChildren();
    button.disabled = true;
    const { options, finish } = button.dataset;
    const label = document.getElementById('label')?.value ?? '';
    const answer = signsIn ? await signIn(options, finish) : await register(options, finish, secret, { label });
    button.disabled = false;
    if (answer.ok) return goOn(answer);
    tell(answer);
    if (signsIn) offer(button);
  });
  if (signsIn && !document.querySelector('[autofocus]')) {
    offer(button);
    setInterval(() => offer(button), OFFER_MS);
  }
}
