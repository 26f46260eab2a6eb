//! The rules of the trade, pure: access, selection, editing frames, pricing, orders, fulfilment.
