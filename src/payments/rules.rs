//! The safety rules: one struct of switches per hop, each off = a bug known from production.
//!
//! Read by both halves of a hop, matched by name and nowhere else; the scenario sets them. `hardened` and `literal` are
//! two values of it.

/// A switch: its name, what it means when it is on, and what goes wrong when it is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// The key in a scenario's `rules`.
    pub name: &'static str,
    /// The mechanism that it belongs to.
    pub mechanism: &'static str,
    /// The rule.
    pub on: &'static str,
    /// The mistake.
    pub off: &'static str,
    /// Does the article, taken literally, follow it?
    pub literal: bool,
    /// The rule that it is a second line behind: where that one holds, its absence does no harm.
    pub behind: Option<&'static str>,
    /// One of these mechanisms must be there on its hop for it to change anything. None for most rules: what they protect
    /// happens without their mechanism, too.
    pub needs: &'static [&'static str],
}

impl RuleInfo {
    /// The mechanism that it is about: of transactions the kind, where that is one alone.
    pub fn subject(&self) -> &'static str {
        if let [only] = self.needs { only } else { self.mechanism }
    }
}

macro_rules! rules {
    ($($name:ident: $mechanism:literal, literal $literal:literal, $on:literal, off $off:literal$(, behind $first:ident)?$(, needs $($needs:ident)|+)?;)*) => {
        /// Which safety rules a hop follows. `true` is safe.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct Rules { $(#[doc = $on] pub $name: bool,)* }

        impl Rules {
            /// Every rule is followed.
            pub const HARDENED: Rules = Rules { $($name: true,)* };
            /// The article as it is written.
            pub const LITERAL: Rules = Rules { $($name: $literal,)* };
            /// All switches, in the order of the mechanisms.
            pub const ALL: &'static [RuleInfo] = &[$(RuleInfo {
                name: stringify!($name), mechanism: $mechanism, on: $on, off: $off, literal: $literal,
                behind: [$(stringify!($first),)?].first().copied(),
                needs: &[$($(stringify!($needs)),+)?],
            },)*];

            /// The switch called `name`.
            pub fn switch(&mut self, name: &str) -> Option<&mut bool> {
                match name {
                    $(stringify!($name) => Some(&mut self.$name),)*
                    _ => None,
                }
            }
        }
    };
}

rules! {
    unknown_is_not_failed: "timeout", literal true,
        "a request without an answer is unknown",
        off "a timeout is taken for a failure: the customer pays again, or is never served";
    row_before_call: "timeout", literal true,
        "the order's row is written before the request is sent",
        off "the row is written when the answer comes: a notification before it is of an unknown number, a crash forgets all";
    send_key: "keys", literal true,
        "a request that is sent again carries the idempotency key of the first",
        off "the downstream takes every retry for a new order: charged twice",
        needs keys;
    unique_number: "retry", literal true,
        "a number is inserted uniquely before anything is done under it",
        off "two requests under one number at the same time are both executed";
    own_key: "keys", literal true,
        "every refund carries an idempotency key of its own",
        off "the key is made of the order's number: the second refund of an order is taken for the first",
        needs keys;
    fingerprint: "keys", literal true,
        "a key that comes again with another content is an error and has no effect",
        off "it is answered with what became of the first: the caller believes in a refund that never was",
        behind own_key,
        needs keys;
    verify_signature: "notification", literal true,
        "a notification with a bad signature changes nothing",
        off "whoever knows the address can mark orders paid";
    verify_content: "notification", literal true,
        "a notification must name this merchant, order, amount and currency",
        off "a truly signed notification of another order or amount delivers the goods";
    verify_freshness: "notification", literal true,
        "a notification outside the time window changes nothing",
        off "a recorded notification can be replayed";
    effect_once: "notification", literal true,
        "an outcome told twice has its effect once",
        off "poll and notification race, and the goods go out twice";
    compare_and_set: "notification", literal true,
        "a state changes only if it is still what was read",
        off "poll and notification read the same open order, and both apply the outcome";
    durable_before_ack: "notification", literal true,
        "the outcome is written before it is acknowledged",
        off "acknowledged and then lost";
    mark_after_delivery: "notification", literal true,
        "what is to be delivered is marked as sent only when its delivery was acknowledged",
        off "the mark is written first: what is lost then is never sent again",
        behind duplicate_drives_payment;
    duplicate_drives_payment: "notification", literal false,
        "an outcome told again drives a payment order that is still open",
        off "the duplicate stops at the channel order; an internal drop stays";
    intent_before_send: "polling", literal false,
        "the dropped-order row, with its next-query time, is written before the request is sent",
        off "the row is written on the timeout: a crash before it, or a failed insert, and nobody asks";
    errors_change_nothing: "polling", literal true,
        "an error on a query changes nothing",
        off "a system error is taken for a failed payment",
        needs polling | reversal | reconciliation;
    not_found_is_unknown: "polling", literal false,
        "\"no such order\", or the end of an earlier try, is final only after a close, or when no request can arrive any more",
        off "a query that overtakes its request marks a paid order failed";
    exhausted_is_suspense: "polling", literal true,
        "an order whose queries are used up waits for the settlement file",
        off "used up is taken for failed",
        needs polling;
    inner_status: "polling", literal true,
        "the innermost status decides",
        off "an envelope of success around a failure delivers the goods",
        needs polling | reversal | reconciliation;
    close_before_retry: "reversal", literal false,
        "an attempt that is unknown is closed before a new one is made",
        off "both attempts may be debited";
    refuse_late_original: "reversal", literal true,
        "the downstream refuses a request that arrives after its close or its expiry",
        off "charged after the reversal";
    store_and_forward: "reversal", literal true,
        "a close is sent again until it is answered",
        off "a lost reversal leaves the money stuck";
    query_after_cancel: "reversal", literal false,
        "a success that is told after its cancel was acknowledged is asked about before it is believed",
        off "an old success is believed, and the goods go out for money that went back";
    late_success_counts: "order_model", literal false,
        "a verified success after closed or failed is adopted, or refunded",
        off "charged, never delivered";
    compare_amount: "order_model", literal true,
        "what was paid is compared with what was asked for; another amount goes back",
        off "\"paid\" is all that is read: half the money buys the goods";
    refund_duplicate: "order_model", literal false,
        "a second success for a paid order is refunded",
        off "charged twice",
        behind close_before_retry;
    retry_only_while_open: "order_model", literal true,
        "no new attempt for an order that has succeeded",
        off "a paid order is paid again";
    decide_on_primary: "order_model", literal true,
        "whether an order may be paid again is read from the primary database",
        off "a lagging replica shows a paid order open, and it is paid again";
    success_is_final: "order_model", literal true,
        "a non-success never overwrites a success",
        off "a paid order goes back";
    check_file: "reconciliation", literal true,
        "footer, hash and totals are checked before any record is used",
        off "a defective file causes false failures and wrong amounts",
        needs reconciliation;
    query_first: "reconciliation", literal true,
        "a difference in the file is queried before it is acted upon",
        off "acts on a stale snapshot",
        needs reconciliation;
    wait_for_next_file: "reconciliation", literal false,
        "a record that is absent around the cut-off is looked for in the next files",
        off "paid at 23:59 here and in tomorrow's file there: marked failed though paid",
        behind close_before_fail,
        needs reconciliation;
    publishers_date: "reconciliation", literal false,
        "the business date of an order is the publisher's, by the time that its messages show",
        off "each dates by its own clock: what was paid near the cut-off is looked for in another day's file",
        behind close_before_fail,
        needs reconciliation;
    close_before_fail: "reconciliation", literal false,
        "an absent order is closed at the downstream before it is failed here",
        off "failed here, debited there",
        needs reconciliation;
    apply_once: "reconciliation", literal true,
        "applying a file twice is the same as applying it once",
        off "a doubled record counts twice",
        behind check_file,
        needs reconciliation;
    idempotent_update: "compensation", literal true,
        "an update that has been made is not made again",
        off "an update that was committed but reported as failed is made twice";
    fence_lease: "compensation", literal true,
        "a worker's update carries its lease's fencing token; an older one is refused",
        off "a worker whose lease ran out while it worked acts beside its successor",
        behind compare_and_set,
        needs compensation;
    resume_on_restart: "compensation", literal false,
        "a process that comes back finishes what its tables show as begun",
        off "what was begun before a crash is left as it is",
        behind duplicate_drives_payment;
    check_reserved: "transaction", literal true,
        "a cancel gives back only what was reserved",
        off "an empty cancel moves money that was never set aside",
        needs tcc;
    fence_branches: "transaction", literal true,
        "a fence record refuses a try after its cancel, and a repeated confirm",
        off "frozen or doubled money",
        needs two_phase_commit | tcc | saga;
    in_doubt_waits: "transaction", literal true,
        "a prepared row waits for the coordinator's word",
        off "a row that has waited too long decides by itself: half a transaction",
        behind duplicate_drives_payment,
        needs two_phase_commit;
    compensate_backwards: "transaction", literal true,
        "a saga that cannot go on undoes what it has done",
        off "it stops half-way: charged, never delivered",
        behind duplicate_drives_payment,
        needs saga;
    same_refund_number: "refund", literal true,
        "a refund without an answer is asked for again under its own number",
        off "refunded twice";
    reserve_refundable: "refund", literal true,
        "pending refunds count against what can still be refunded",
        off "more is refunded than was charged";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_switch_can_be_found_by_its_name() {
        for info in Rules::ALL {
            let mut rules = Rules::HARDENED;
            *rules.switch(info.name).expect(info.name) = false;
            assert_ne!(rules, Rules::HARDENED);
        }
    }

    #[test]
    fn a_second_line_is_behind_a_rule_that_there_is() {
        for info in Rules::ALL {
            let first = info.behind.map(|first| Rules::ALL.iter().find(|rule| rule.name == first).expect(first));
            assert!(first.is_none_or(|first| first.behind.is_none()), "{} is behind a second line", info.name);
        }
    }
}
