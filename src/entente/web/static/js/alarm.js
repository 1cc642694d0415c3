// The alarm of every page: a red band and a sound until somebody of the duty has it; for a warning one soft sound, amber.
// Sound needs a gesture first, by the browser's own rule: the switch says so, and this device remembers the choice.
const box = document.getElementById('alarm');
const knob = document.getElementById('sound');
const title = document.title;
const EVERY_MS = 6000;
const MOST_REMEMBERED = 100;
let sound = null;
let ringing = 0;
let shown = '';
let wanted = read(localStorage, 'entente.sound') === 'on';
let rung = new Set((read(sessionStorage, 'entente.rung') ?? '').split(' '));

function read(where, name) {
  try { return where.getItem(name); } catch { return null; }
}

function keep(where, name, value) {
  try { where.setItem(name, value); } catch { /* A browser that keeps nothing still rings. */ }
}

function tell() {
  const state = !wanted ? 'off' : sound?.state === 'running' ? 'on' : 'waits';
  knob.hidden = false;
  knob.dataset.state = state;
  knob.setAttribute('aria-pressed', String(wanted));
  knob.querySelector('[data-says]').textContent = knob.dataset[state];
}

async function wake() {
  if (!wanted) return;
  sound ??= new AudioContext();
  if (sound.state !== 'running') {
    // Without a gesture this waits for one; nothing may wait for it.
    await Promise.race([sound.resume(), new Promise((done) => setTimeout(done, 300))]).catch(() => {});
  }
  tell();
}

// Tones that rise and fall softly enough not to crack: (hertz, from, for) in seconds.
function play(kind) {
  box.dataset.rang = `${kind} ${Number(box.dataset.rang?.split(' ')[1] ?? 0) + 1}`;
  if (sound?.state !== 'running') return;
  const tones = kind === 'life'
    ? [0, 1, 2].flatMap((turn) => [[880, turn * 0.5, 0.24], [660, turn * 0.5 + 0.25, 0.24]])
    : [[523, 0, 0.5]];
  for (const [hertz, from, lasts] of tones) {
    const tone = sound.createOscillator();
    const gain = sound.createGain();
    const at = sound.currentTime + from;
    tone.frequency.value = hertz;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(kind === 'life' ? 0.5 : 0.15, at + 0.03);
    gain.gain.setValueAtTime(kind === 'life' ? 0.5 : 0.15, at + lasts - 0.06);
    gain.gain.linearRampToValueAtTime(0, at + lasts);
    tone.connect(gain).connect(sound.destination);
    tone.start(at);
    tone.stop(at + lasts);
  }
}

function show(html) {
  const fresh = document.createElement('template');
  fresh.innerHTML = html;
  const lines = [...fresh.content.querySelectorAll('[data-record]')];
  const life = lines.filter((line) => line.dataset.urgency === 'life');
  const what = lines.map((line) => line.dataset.record).join(' ');
  if (what !== shown) {
    const held = box.contains(document.activeElement);
    shown = what;
    box.replaceChildren(fresh.content);
    box.hidden = !lines.length;
    if (held) (box.querySelector('button') ?? document.getElementById('main')).focus();
  }
  document.title = (life.length ? box.dataset.life : lines.length ? box.dataset.warning : '') + title;
  const fresher = lines.filter((line) => !rung.has(line.dataset.record));
  for (const line of fresher) rung.add(line.dataset.record);
  keep(sessionStorage, 'entente.rung', [...rung].slice(-MOST_REMEMBERED).join(' '));
  if (life.length && !ringing) {
    play('life');
    ringing = setInterval(() => { play('life'); look(); }, EVERY_MS);
  } else if (!life.length) {
    clearInterval(ringing);
    ringing = 0;
    if (fresher.length) play('warning');
  }
}

// Without an answer from the node what rings goes on ringing.
async function look() {
  try {
    const answer = await fetch('/duty/alarm', { headers: { 'HX-Request': 'true' }, credentials: 'same-origin' });
    if (answer.ok && !answer.redirected) show(await answer.text());
  } catch { /* The next look is soon. */ }
}

// Sent from where one stands, so that nothing half written on the page is lost.
async function answer(form) {
  const sent = new URLSearchParams(new FormData(form));
  try {
    const said = await fetch(form.action, { method: 'POST', body: sent, headers: { 'HX-Request': 'true' }, credentials: 'same-origin' });
    if (said.ok && !said.redirected) { show(await said.text()); return; }
  } catch { /* Said below. */ }
  const failed = document.createElement('p');
  failed.className = 'alarm__failed';
  failed.textContent = box.dataset.failed;
  box.querySelector('.alarm__failed')?.remove();
  box.append(failed);
}

if (box && knob) {
  tell();
  wake();
  for (const gesture of ['pointerdown', 'keydown']) {
    // The switch itself decides what its own press means.
    document.addEventListener(gesture, (event) => { if (!knob.contains(event.target)) wake(); }, { passive: true });
  }
  knob.addEventListener('click', () => {
    wanted = !wanted || sound?.state !== 'running';
    keep(localStorage, 'entente.sound', wanted ? 'on' : 'off');
    if (!wanted) sound?.suspend();
    if (wanted) wake().then(() => play('warning'));
    tell();
  });
  box.addEventListener('submit', (event) => { event.preventDefault(); answer(event.target); });
  document.addEventListener('entente:new', look);
}
