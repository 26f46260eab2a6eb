// A page that has nothing to show says why, and what to do next.
import type { ComponentChildren } from 'preact';
import { t } from '../language';
import { wantsToGo } from '../open/wanted';
import { trouble } from '../trouble';

interface MessageProps {
  title: string;
  text: string;
  /** What to do next. */
  children?: ComponentChildren;
  below?: ComponentChildren;
}

export function Message({ title, text, children, below }: MessageProps) {
  return (
    <div class="message">
      <h1>{title}</h1>
      <p>{text}</p>
      {children && <div class="row centre">{children}</div>}
      {below}
    </div>
  );
}

export function TroubleMessage({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { title, hint, kind } = trouble(error);
  const needsCode = kind === 'signed_out' || kind === 'code' || kind === 'gone';
  return (
    <Message title={title} text={hint}>
      {needsCode ? (
        <a class="button" href="/" onClick={() => wantsToGo(location.pathname + location.search)}>
          {t('app.missing.action')}
        </a>
      ) : (
        <button type="button" class="button" onClick={onRetry}>
          {t('app.retry')}
        </button>
      )}
    </Message>
  );
}

export function Loading() {
  return (
    <div class="message" role="status">
      <p class="loading">{t('app.loading')}</p>
    </div>
  );
}
