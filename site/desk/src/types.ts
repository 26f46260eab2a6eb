// The shapes that cross between the desk's page and the agent: what the agent's commands say as JSON, and the
// value types of `crates/domain` inside it.
import type { Crop, Money } from '../../src/api/types';

export type { Crop, Money };

export type Stage =
  | 'placed'
  | 'approved'
  | 'rendering'
  | 'sent'
  | 'received'
  | 'verified'
  | 'printing'
  | 'printed'
  | 'shipped'
  | 'cancelled';

export type OrderState = 'placed' | 'approved' | 'cancelled';

export interface OrderRow {
  order: string;
  number: string;
  placed_at: number;
  customer_name: string;
  prints: number;
  total: Money;
  state: OrderState;
  paid: boolean;
  stage: Stage;
  holds: number;
  /** Kept back by the studio, and why. */
  held?: string | null;
  waiting: string | null;
}

export interface Picture {
  gallery: string;
  photo: string;
  version: string;
  home: string;
  frame: { width: number; height: number };
  crop: Crop;
  file_name: string;
}

export interface LineStatus {
  stage: Stage;
  attempt: number;
  hold: string | null;
  lab: string | null;
  updated_at: number;
}

export interface Line {
  no: number;
  product: string;
  product_name: string;
  width_in: number;
  height_in: number;
  surface: string;
  quantity: number;
  unit_price: Money;
  total: Money;
  nodes: Picture[];
  package?: { name: string; quantity: number; first: boolean } | null;
  kind?: { type: string; pieces?: number };
  status: LineStatus;
}

export type Destination =
  | { kind: 'pick_up' }
  | { kind: 'ship_to'; address: Address }
  | { kind: 'ship_to_school'; school: string; class: string | null; child: string };

export interface Address {
  name: string;
  line1: string;
  line2?: string | null;
  postal_code: string;
  city: string;
  region?: string | null;
  country: string;
}

export interface Order {
  id: string;
  placed_at: number;
  customer: { name: string; email: string | null; phone: string | null };
  destination: Destination;
  note: string | null;
  lines: Line[];
  subtotal: Money;
  shipping: Money;
  total: Money;
  paid_at: number | null;
  state: OrderState;
  state_at: number;
  routes: Record<string, string>;
  revision: number;
  handling?: Handling;
  settlement?: { hold?: string | null };
}

export interface Note {
  at: number;
  by: string;
  text: string;
}

/** What the studio did with an order beside approving it. */
export interface Handling {
  adjustments?: { adjustment: { at: number; by: string; changes: { kind: string; line: number }[] } }[];
  hold?: Note;
  cancel_reason?: string;
  refunds?: { amount: Money; note: Note }[];
  reorder_of?: string;
  remakes?: { lab: string; attempt: number; lines: number[]; note: Note }[];
}

/** What an order costs when it is sold again, by the prices of today. */
export interface Reordered {
  lines: { line: number; name: string; quantity: number; total: Money }[];
  subtotal: Money;
  shipping: Money;
  charges: { late_fee?: Money | null; tax?: { name: string; inclusive: boolean; amount: Money } | null };
  total: Money;
}

export interface GalleryPhoto {
  photo: string;
  file_name: string;
  width: number;
  height: number;
  taken_out: boolean;
}

export interface Job {
  machine: string;
  machine_name: string;
  acknowledged: boolean;
  done: boolean;
  waiting: string | null;
}

export interface ShownOrder {
  order: Order;
  number: string;
  jobs: Job[];
  /** What a lab has signed, by line. */
  signed: Record<string, LineStatus>;
  tracking: string[];
  doubts: string[];
  waiting: string | null;
  /** Lines that would look soft, in words. */
  soft: Record<string, string>;
  /** Lines whose crop does not match what would be printed, in words. */
  mismatched?: Record<string, string>;
  /** Names of the labs, by id. */
  labs: Record<string, string>;
  /** This computer, as homes name it. */
  machine: string;
  /** Pictures with a newer version here, as line and index. */
  newer: [number, number][];
}

export interface Studio {
  studio: string | null;
  machine: string | null;
  host: string | null;
  host_reachable: boolean;
  host_trouble: string | null;
  daemon_running: boolean;
  daemon_troubles: Record<string, string>;
  photos: number;
  files_unreadable: number;
  folders: number;
  folders_offline: string[];
  galleries: { name: string; state: string; photos_published: number; batches_open: number }[];
  labs: string[];
  usual_lab: string | null;
  orders_to_approve: number;
  parts_to_send: number;
  waiting: { order: string; held: boolean; reason: string }[];
}

/** How a lab wants its files. */
export interface LabSetup {
  lab: string;
  name: string;
  usual: boolean;
  products: string[];
  /** First what holds for everything, then what is different for a product. */
  rules: { product: string | null; rows: [string, string][] }[];
}

export interface GalleryRow {
  gallery: string;
  name: string;
  state: string;
  published: number;
  /** What its selection has now. */
  selected: number;
  codes: number;
  sells_prints: boolean;
}

/** Somebody on the roster. */
export interface Person {
  id: string;
  name: string;
  class: string;
}

export interface SharedCode {
  code: string;
  link: string;
  subjects: string[];
}

export interface SubmittedList {
  visitor: string;
  list: string;
  name: string;
  customer: string;
  message?: string | null;
  submitted_at: number;
  photos: { photo: string; file_name: string; note?: string | null }[];
}

export interface Check {
  check: string;
  finding: 'good' | 'remark' | 'bad';
  what: string;
  fix?: string;
}

export interface BatchChild {
  name: string;
  class: string;
}

export interface BatchBag {
  order: string;
  number: string;
  children: BatchChild[];
  prints: number;
  total: Money;
  paid: boolean;
  state: OrderState;
  stage: Stage;
  waiting: string | null;
}

/** The orders of a gallery that go to a school; null where there are none. */
export interface BatchView {
  school: string;
  until: number | null;
  collecting: boolean;
  orders: number;
  to_release: number;
  home: number;
  bags: BatchBag[];
}

export interface BatchReleased {
  released: number;
  before: number;
  behind: { order: string; number: string; why: string }[];
}
