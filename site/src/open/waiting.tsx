// For a gallery that is not ready yet: an address to be told at.
import { useState } from 'preact/hooks';
import '../styles/lists.css';
import { askToBeTold } from '../api/gallery';
import { Field } from '../checkout/field';
import { t } from '../language';
import { trouble } from '../trouble';

export function Waiting({ code }: { code: string }) {
  const [email, setEmail] = useState('');
  const [state, setState] = useState<'asking' | 'sending' | 'done'>('asking');
  const [fault, setFault] = useState<string | undefined>(undefined);

  if (state === 'done') {
    return (
      <p class="waiting-done" role="status">
        {t('waiting.done', { email })}
      </p>
    );
  }
  const send = async () => {
    if (!/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(email.trim())) {
      setFault(t('checkout.bad_email'));
      document.getElementById('waiting-email')?.focus();
      return;
    }
    setState('sending');
    try {
      await askToBeTold(code, email.trim());
      setState('done');
    } catch (error) {
      setState('asking');
      setFault(trouble(error).title);
    }
  };
  return (
    <form
      class="waiting"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (state === 'asking') void send();
      }}
    >
      <Field
        id="waiting-email"
        label={t('waiting.label')}
        type="email"
        inputMode="email"
        autocomplete="email"
        value={email}
        fault={fault}
        hint={t('waiting.hint')}
        onInput={(text) => {
          setEmail(text);
          setFault(undefined);
        }}
      />
      <button type="submit" class="button quiet wide" aria-disabled={state === 'sending'}>
        {t('waiting.send')}
      </button>
    </form>
  );
}
