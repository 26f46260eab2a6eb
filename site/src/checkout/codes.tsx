// One field for a code, whatever sort it is: one that takes something off, or one that pays. Prepaid codes
// begin with PAY; both may be used at once.
import { useState } from 'preact/hooks';
import type { QuoteView } from '../api/types';
import { t, type MessageKey } from '../language';
import { Field } from './field';

export interface Codes {
  code?: string;
  prepaid?: string;
}

interface CodesProps {
  codes: Codes;
  quote: QuoteView | null;
  disabled: boolean;
  onChange: (codes: Codes) => void;
}

const plain = (text: string) => text.toUpperCase().replace(/\s/g, '');
export const isPrepaid = (text: string): boolean => /^PAY-?[0-9A-Z]{4}/.test(plain(text));

/** What the host calls a refusal, in the customer's words. */
const SAID: Record<string, MessageKey> = {
  unknown_code: 'code.unknown',
  prepaid_unknown: 'code.unknown',
  code_too_early: 'code.too_early',
  code_over: 'code.over',
  prepaid_over: 'code.over',
  code_used_up: 'code.used_up',
  prepaid_used: 'code.used_up',
  code_below_minimum: 'code.below_minimum',
  prepaid_not_here: 'code.not_here',
};

export function CodeField({ codes, quote, disabled, onChange }: CodesProps) {
  const [text, setText] = useState('');
  const add = () => {
    if (plain(text) === '') return;
    onChange({ ...codes, [isPrepaid(text) ? 'prepaid' : 'code']: plain(text) });
    setText('');
  };
  const refused = (sort: 'code' | 'prepaid') => (sort === 'code' ? quote?.code_refused : quote?.prepaid_refused);
  return (
    <div class="codes">
      <div class="code-entry">
        <Field id="code" label={t('code.label')} optional={t('checkout.optional')} value={text} disabled={disabled} autocomplete="off" onInput={setText} />
        <button type="button" class="button quiet" disabled={disabled} onClick={add}>
          {t('code.apply')}
        </button>
      </div>
      <div role="status">
        <ul>
          {(['code', 'prepaid'] as const).map((sort) => {
            const code = codes[sort];
            const why = refused(sort);
            return (
              code && (
                <li key={sort} class={why ? 'code fault' : 'code'}>
                  <strong>{code}</strong> <span>{why ? t(SAID[why.code] ?? 'code.unknown') : t('code.applied')}</span>{' '}
                  <button
                    type="button"
                    class="link"
                    disabled={disabled}
                    onClick={() => {
                      const { [sort]: _, ...rest } = codes;
                      onChange(rest);
                    }}
                  >
                    {t('code.remove')}
                  </button>
                </li>
              )
            );
          })}
        </ul>
      </div>
    </div>
  );
}
