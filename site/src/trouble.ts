// What went wrong, in the visitor's words: what happened, and what to do next.
import { HostProblem, NoAnswer } from './api/call';
import { t } from './language';

export interface Trouble {
  title: string;
  hint: string;
  kind: 'offline' | 'code' | 'link' | 'merge' | 'draft' | 'closed' | 'signed_out' | 'gone' | 'host';
}

const KNOWN: Record<string, () => Trouble> = {
  code_ended: () => ({ kind: 'code', title: t('error.code_ended'), hint: t('error.code_ended.hint') }),
  wrong_code: () => ({ kind: 'code', title: t('error.code'), hint: t('error.code.hint') }),
  gallery_not_ready: () => ({ kind: 'draft', title: t('error.draft'), hint: t('error.draft.hint') }),
  gallery_closed: () => ({ kind: 'closed', title: t('error.closed'), hint: t('error.closed.hint') }),
  link_unknown: () => ({ kind: 'code', title: t('error.link'), hint: t('error.link.hint') }),
  link_over: () => ({ kind: 'code', title: t('error.link'), hint: t('error.link.hint') }),
  code_needed: () => ({ kind: 'link', title: t('link.code'), hint: t('link.code.hint') }),
  other_gallery: () => ({ kind: 'code', title: t('error.other_gallery'), hint: t('error.other_gallery.hint') }),
  other_visitor: () => ({ kind: 'merge', title: t('link.merge'), hint: t('link.merge.text') }),
  bad_email: () => ({ kind: 'host', title: t('checkout.bad_email'), hint: '' }),
  too_many_chosen: () => ({ kind: 'host', title: t('error.too_many_chosen'), hint: t('error.too_many_chosen.hint') }),
  empty_list: () => ({ kind: 'host', title: t('lists.empty'), hint: t('lists.empty.text') }),
  photo_gone: () => ({ kind: 'host', title: t('error.photo_gone'), hint: t('error.cart.hint') }),
  photo_changed: () => ({ kind: 'host', title: t('error.photo_changed'), hint: t('error.cart.hint') }),
  no_prints: () => ({ kind: 'host', title: t('choose.unavailable'), hint: '' }),
  unknown_product: () => ({ kind: 'host', title: t('cart.product_gone'), hint: t('error.cart.hint') }),
  bad_crop: () => ({ kind: 'host', title: t('error.bad_crop'), hint: t('error.bad_crop.hint') }),
  no_straightening: () => ({ kind: 'host', title: t('error.bad_crop'), hint: t('error.bad_crop.hint') }),
  price_changed: () => ({ kind: 'host', title: t('checkout.price_changed'), hint: t('checkout.price_changed.hint') }),
  too_late: () => ({ kind: 'host', title: t('error.too_late'), hint: t('order.too_late') }),
  too_many_attempts: () => ({ kind: 'host', title: t('error.busy'), hint: t('error.busy.hint') }),
};

export function trouble(error: unknown): Trouble {
  if (error instanceof NoAnswer) {
    return navigator.onLine
      ? { kind: 'offline', title: t('error.silent'), hint: t('error.silent.hint') }
      : { kind: 'offline', title: t('error.offline'), hint: t('error.offline.hint') };
  }
  if (error instanceof HostProblem) {
    const known = KNOWN[error.code];
    if (known) return known();
    if (error.status === 401) return { kind: 'signed_out', title: t('error.signed_out'), hint: t('error.signed_out.hint') };
    if (error.status === 429) return KNOWN['too_many_attempts']!();
    const kind = error.status === 404 || error.status === 403 ? 'gone' : 'host';
    const { message, hint } = error.problem;
    if (message !== '' && error.status < 500) return { kind, title: message, hint: hint ?? '' };
  }
  return { kind: 'host', title: t('error.host'), hint: t('error.host.hint') };
}
