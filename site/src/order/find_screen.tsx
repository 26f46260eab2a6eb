// For whoever lost the link of an order: it comes by e-mail, to the address the order has. What is said is the same
// whether or not there is one, so nobody learns what others ordered.
import { useEffect, useState } from 'preact/hooks';
import '../styles/shop.css';
import '../styles/order.css';
import { readCode } from '../access_code';
import { HostProblem } from '../api/call';
import { findOrders } from '../api/order';
import { Field } from '../checkout/field';
import { wellFormed } from '../checkout/person';
import { remembered } from '../device';
import { Icon } from '../interface/icon';
import { Message } from '../interface/message';
import { t } from '../language';
import { trouble } from '../trouble';

interface Refusal {
  title: string;
  hint: string;
}

export function FindScreen() {
  const [code, setCode] = useState(() => remembered().codes.at(-1)?.code ?? '');
  const [email, setEmail] = useState('');
  const [state, setState] = useState<'asking' | 'sending' | 'done'>('asking');
  const [wrong, setWrong] = useState<{ code?: string; email?: string }>({});
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  useEffect(() => {
    scrollTo(0, 0);
    document.title = t('find.title');
  }, []);

  const send = async () => {
    const read = readCode(code);
    const found = {
      ...(read.ok ? {} : { code: t('find.bad_code') }),
      ...(wellFormed(email.trim()) ? {} : { email: t('checkout.bad_email') }),
    };
    setWrong(found);
    setRefusal(null);
    if (!read.ok || found.email) {
      document.getElementById(read.ok ? 'find-email' : 'find-code')?.focus();
      return;
    }
    setState('sending');
    try {
      await findOrders(read.code, email.trim());
      setState('done');
    } catch (error) {
      setState('asking');
      const silent = error instanceof HostProblem && error.code === 'no_mails';
      setRefusal(silent ? { title: t('find.no_mails'), hint: t('find.no_mails.hint') } : trouble(error));
    }
  };

  return (
    <>
      <header class="masthead">
        <a class="masthead-name" href="/">
          <Icon name="back" />
          <span>{t('open.title')}</span>
        </a>
      </header>
      <main class="page">
        {state === 'done' ? (
          <div role="status">
            <Message title={t('find.done', { email: email.trim() })} text={t('find.done.hint')} />
          </div>
        ) : (
          <form
            class="find"
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              if (state === 'asking') void send();
            }}
          >
            <h1>{t('find.title')}</h1>
            <p>{t('find.text')}</p>
            <Field id="find-code" label={t('find.code')} hint={t('find.code.hint')} value={code} fault={wrong.code} onInput={setCode} />
            <Field id="find-email" label={t('find.email')} type="email" inputMode="email" autocomplete="email" value={email} fault={wrong.email} onInput={setEmail} />
            <div role="alert">
              {refusal && (
                <div class="refusal">
                  <strong>{refusal.title}</strong>
                  <span>{refusal.hint}</span>
                </div>
              )}
            </div>
            <button type="submit" class="button wide" aria-disabled={state === 'sending'}>
              {t(state === 'sending' ? 'find.sending' : 'find.send')}
            </button>
          </form>
        )}
      </main>
    </>
  );
}
