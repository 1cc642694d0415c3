// Acts about a boat: Ctrl+Enter does it, Escape goes back and never loses what was typed (the page's drawer keeps it).
const form = document.querySelector('.sea-act form');

addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(document.getElementById('go'));
  } else if (event.key === 'Escape' && !event.defaultPrevented && !document.activeElement?.closest('.sea-act form')) {
    document.getElementById('back').click();
  } else if (event.key === 'Escape' && !event.defaultPrevented) {
    document.activeElement.blur();
  }
});

// Another boat to compare with: what speaks for and against it comes with the page. What was typed goes along.
document.getElementById('a-other')?.addEventListener('change', ({ target }) => {
  const words = document.getElementById('a-words');
  if (words?.value) words.dispatchEvent(new Event('input', { bubbles: true }));
  location.assign(`${location.pathname}?other=${encodeURIComponent(target.value)}`);
});

// A second press while the first is under way would be a second act; its own mark makes it the same one anyway.
let sent = false;
form.addEventListener('submit', (event) => {
  if (sent) event.preventDefault();
  sent = true;
});
addEventListener('pageshow', () => { sent = false; });
document.getElementById('errors')?.focus();
