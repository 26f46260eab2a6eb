// What went wrong, in the agent's own three parts; and views that have nothing to show yet.
import type { ComponentChildren } from 'preact';
import type { Trouble } from '../api';

export function Problem({ error }: { error: Trouble }) {
  return (
    <div class="refusal" role="alert">
      <strong>{capital(error.what)}</strong>
      {error.why && <span>{capital(error.why)}</span>}
      {error.fix && <span class="fix">{capital(error.fix)}</span>}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** A list's heading: the page's own until something of it is chosen. */
export function Title({ chosen, children }: { chosen: boolean; children: string }) {
  return chosen ? <h2 class="title">{children}</h2> : <h1 class="title">{children}</h1>;
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
