// The door: a forgiving code field, codes in links, and the galleries this browser has open.
import { useEffect, useRef, useState } from 'preact/hooks';
import { codeInFragment, readCode } from '../access_code';
import type { OpenedGallery } from '../api/types';
import { remembered } from '../device';
import { t } from '../language';
import { go, replace } from '../router';
import { open, session } from '../session';
import { trouble, type Trouble } from '../trouble';

interface Refusal {
  title: string;
  hint: string;
  kind?: Trouble['kind'];
}

export function OpenScreen() {
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [galleries, setGalleries] = useState<OpenedGallery[]>([]);
  const field = useRef<HTMLInputElement>(null);

  const enter = async (typed: string, fromLink: boolean) => {
    const read = readCode(typed);
    if (!read.ok) {
      setRefusal(mistyped(read));
      field.current?.focus();
      return;
    }
    setText(read.code);
    setBusy(true);
    setRefusal(null);
    try {
      const gallery = await open(read.code);
      (fromLink ? replace : go)(`/g/${gallery}`);
    } catch (error) {
      setRefusal(trouble(error));
      setBusy(false);
      requestAnimationFrame(() => field.current?.focus());
    }
  };

  useEffect(() => {
    document.title = t('open.title');
    const follow = () => {
      const code = codeInFragment(location.hash);
      if (code === null) return false;
      // Out of the address bar and the history at once: codes are secrets.
      history.replaceState(history.state, '', '/');
      setText(code);
      void enter(code, true);
      return true;
    };
    addEventListener('hashchange', follow);
    if (!follow() && remembered().codes.length > 0) {
      session().then((opened) => setGalleries(opened.galleries), () => undefined);
    }
    return () => removeEventListener('hashchange', follow);
  }, []);

  // The code is right; only the time is wrong. That is news, not a mistake.
  const calm = refusal?.kind === 'draft' || refusal?.kind === 'closed' ? refusal : null;
  return (
    <main class="door">
      <section class="door-card">
        <p class="door-mark" aria-hidden="true" />
        <div role="status">
          <h1>{calm ? calm.title : t('open.title')}</h1>
          <p class="lead">{calm ? calm.hint : t('open.lead')}</p>
        </div>
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (!busy) void enter(text, false);
          }}
        >
          <label for="code">{t('open.label')}</label>
          <input
            id="code"
            ref={field}
            class="code-field"
            type="text"
            inputMode="text"
            autocomplete="off"
            autocapitalize="characters"
            autocorrect="off"
            spellcheck={false}
            placeholder="XXXX-XXXX-XXXX"
            value={text}
            aria-invalid={refusal !== null && !calm}
            aria-describedby="code-help code-refusal"
            onInput={(event) => {
              setText(event.currentTarget.value);
              setRefusal(null);
            }}
          />
          <p id="code-help" class="hint">
            {t('open.forgiving')}
          </p>
          <div id="code-refusal" role="alert">
            {refusal && !calm && (
              <div class="refusal">
                <strong>{refusal.title}</strong>
                {refusal.hint && <span>{refusal.hint}</span>}
              </div>
            )}
          </div>
          <button type="submit" class="button wide" aria-disabled={busy}>
            {busy ? t('open.opening') : calm?.kind === 'draft' ? t('open.look_again') : t('open.submit')}
          </button>
        </form>
        {galleries.length > 0 && (
          <nav class="door-galleries" aria-label={t('open.yours')}>
            <h2>{t('open.yours')}</h2>
            <ul>
              {galleries.map((g) => (
                <li key={g.gallery}>
                  <a href={`/g/${g.gallery}`}>
                    <span class="door-gallery">{g.name}</span>
                    <span class="hint">{g.studio_name}</span>
                  </a>
                </li>
              ))}
            </ul>
          </nav>
        )}
      </section>
    </main>
  );
}

function mistyped(read: Exclude<ReturnType<typeof readCode>, { ok: true }>): Refusal {
  switch (read.why) {
    case 'empty':
      return { title: t('open.empty'), hint: '' };
    case 'short':
      return { title: t('open.short', { count: read.count }), hint: '' };
    case 'long':
      return { title: t('open.long', { count: read.count }), hint: '' };
    case 'character':
      return { title: t('open.character', { character: read.character ?? '' }), hint: '' };
  }
}
