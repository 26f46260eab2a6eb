// Prices come from the host and from nowhere else.
import { useEffect, useState } from 'preact/hooks';
import { askQuote } from '../api/order';
import type { Destination, LineInput, QuoteView } from '../api/types';

export interface Quoted {
  quote: QuoteView | null;
  /** A newer question is on its way; `quote` answers the one before. */
  asking: boolean;
  error: unknown;
}

/** Asks again whenever what is asked for changes, a little after the last change. */
export function useQuote(
  gallery: string,
  lines: LineInput[] | null,
  destination: Destination | null,
  again = 0,
  codes: { code?: string; prepaid?: string } = {},
): Quoted {
  const [state, setState] = useState<Quoted>({ quote: null, asking: true, error: null });
  const question = JSON.stringify([lines, destination, codes]);
  useEffect(() => {
    if (lines === null || lines.length === 0) {
      setState({ quote: null, asking: false, error: null });
      return;
    }
    setState((now) => ({ ...now, asking: true }));
    const stop = new AbortController();
    const timer = setTimeout(() => {
      askQuote(gallery, { lines, destination, ...codes }, stop.signal).then(
        (quote) => setState({ quote, asking: false, error: null }),
        (error: unknown) => {
          if (!stop.signal.aborted) setState({ quote: null, asking: false, error });
        },
      );
    }, 180);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [gallery, question, again]);
  return state;
}

export const asInput = ({ product, quantity, nodes }: LineInput): LineInput => ({ product, quantity, nodes });
