// The page works without this. With it, it is live, answers stay in place, and pictures open large.
'use strict';
const main = document.getElementById('main');
const said = document.getElementById('said');
const large = document.getElementById('large');
let waiting = null;

// Nothing is taken from under a hand: an open answer or a field being filled in keeps the page as it is.
function busy() {
  const field = document.activeElement;
  const typing = field && main.contains(field) && field.matches('input:not([type=hidden]), select');
  const filled = [...main.querySelectorAll('.ship input:not([type=hidden])')].some((i) => i.value !== '');
  return typing || filled || main.querySelector('details[open]') !== null;
}

function show(html, seen) {
  if (busy()) { waiting = [html, seen]; return; }
  waiting = null;
  const label = document.activeElement && main.contains(document.activeElement) ? document.activeElement.textContent : null;
  main.innerHTML = html;
  main.dataset.seen = seen;
  if (label) [...main.querySelectorAll('a, button, summary')].find((e) => e.textContent === label)?.focus();
  const count = main.querySelectorAll('.question, .trouble').length;
  document.title = document.title.replace(/^\(\d+\) /, '').replace(/^/, count ? `(${count}) ` : '');
}

let clearing;
function say(from) {
  said.className = from.className;
  said.textContent = from.textContent;
  clearTimeout(clearing);
  if (said.textContent) clearing = setTimeout(() => { said.textContent = ''; }, 8000);
}

async function live() {
  for (;;) {
    try {
      const seen = waiting ? waiting[1] : main.dataset.seen;
      const answer = await fetch(`/live?seen=${seen}`);
      if (answer.status === 200) show(await answer.text(), answer.headers.get('etag').replaceAll('"', ''));
      else if (answer.status === 403) { location.reload(); return; }
      else if (answer.status !== 204) throw new Error(answer.status);
      main.classList.remove('away');
    } catch {
      main.classList.add('away');
      await new Promise((resolve) => setTimeout(resolve, 2000));
    }
  }
}

main.addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = event.target;
  const button = form.querySelector('button');
  button.disabled = true;
  try {
    const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.getElementById('main');
    if (!fresh) throw new Error(page.body.textContent);
    form.reset();
    form.closest('details')?.removeAttribute('open');
    waiting = null;
    main.innerHTML = fresh.innerHTML;
    main.dataset.seen = fresh.dataset.seen;
    say(page.getElementById('said'));
  } catch (error) {
    button.disabled = false;
    say({ className: 'bad', textContent: `Not done: ${error.message || 'the desk does not answer; is it still running?'}` });
  }
});

main.addEventListener('toggle', () => { if (waiting && !busy()) show(...waiting); }, true);
main.addEventListener('focusout', () => setTimeout(() => { if (waiting && !busy()) show(...waiting); }));
main.addEventListener('click', (event) => {
  const link = event.target.closest('a.picture');
  if (!link) return;
  event.preventDefault();
  const image = large.querySelector('img');
  image.src = link.href;
  image.alt = link.querySelector('img').alt;
  large.showModal();
});
large.addEventListener('click', (event) => { if (event.target === large) large.close(); });
say(said);
live();
