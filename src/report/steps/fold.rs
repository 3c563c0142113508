//! What comes again and again is told once, and what would drown the reader is left out.
//!
//! Called by `steps`.

use super::{Shape, Step, Then};

/// The longest round of steps that is looked for.
const ROUND: usize = 4;
/// Steps at most, of a story that does not repeat itself: so many from its beginning, so many from its end.
const BEGINNING: usize = 300;
const END: usize = 100;

/// The steps with their numbers, folded.
pub(super) fn fold(mut steps: Vec<Step>) -> Vec<Step> {
    for (i, step) in steps.iter_mut().enumerate() {
        step.number = i + 1;
    }
    let mut kept: Vec<Step> = Vec::new();
    let mut next = 0;
    while next < steps.len() {
        let (told, times) = repeated(&steps[next..]).unwrap_or((1, 0));
        kept.extend_from_slice(&steps[next..next + told]);
        next += told * (times + 1);
        if let Some(step) = kept.last_mut().filter(|_| times > 0) {
            step.then = Then::Again { steps: told, times, until: steps[next - 1].at };
            step.facts = steps[next - 1].facts;
        }
    }
    if kept.len() > BEGINNING + END {
        let left_out: Vec<Step> = kept.drain(BEGINNING..kept.len() - END).collect();
        if let (Some(step), Some(first), Some(last)) = (kept.get_mut(BEGINNING - 1), left_out.first(), left_out.last()) {
            step.then = Then::LeftOut { steps: last.number + 1 - first.number, until: last.at };
            step.facts = last.facts;
        }
    }
    point_back(&mut kept);
    kept
}

/// The first steps of `steps` that come again and again: how many they are, and how often they come again.
fn repeated(steps: &[Step]) -> Option<(usize, usize)> {
    let times = |length: usize| {
        let again = (length..steps.len()).take_while(|&i| steps[i].repeats(&steps[i - length])).count();
        (length, again / length)
    };
    (1..=ROUND.min(steps.len())).map(times).find(|(length, times)| *times >= 2 && length * times >= 3)
}

/// What arrives points to where it was sent, whose place has changed.
fn point_back(steps: &mut [Step]) {
    let numbers: Vec<usize> = steps.iter().map(|step| step.number).collect();
    for step in steps {
        if let Shape::Arrival(_, Some(sent)) = &mut step.shape {
            match numbers.binary_search(&(*sent + 1)) {
                Ok(place) => *sent = place,
                Err(_) => step.shape = forget(step.shape),
            }
        }
    }
}

fn forget(shape: Shape) -> Shape {
    match shape {
        Shape::Arrival(way, _) => Shape::Arrival(way, None),
        Shape::At(_) | Shape::Message(..) | Shape::Exchange(..) | Shape::Books => shape,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payments::fact::What;
    use crate::payments::money::Currency;
    use crate::report::books::BookView;
    use crate::report::sample;
    use crate::report::steps::steps;
    use crate::run::outcome::Story;

    /// The story of the lost answer with its first query asked `n` times more, some of them lost as well.
    fn asked_again(n: u64, lose_every: u64) -> Story {
        let mut story = sample::lost_answer();
        let query = |what: &What| matches!(what, What::Sent { message: crate::payments::message::Message::Query, .. });
        let first = story.facts.iter().position(|fact| query(&fact.what)).expect("a query");
        let round: Vec<_> = story.facts[first..first + 5].to_vec();
        for k in 1..=n {
            let lost = lose_every > 0 && k % lose_every == 0;
            for (i, mut fact) in round.iter().copied().take(if lost { 1 } else { 5 }).enumerate() {
                let later = k * 4_000;
                fact.at += later;
                if let What::Sent { nth, arrives, .. } = &mut fact.what {
                    (*nth, *arrives) = (*nth + k as u16 * 10, *arrives + later);
                }
                if let What::Received { nth, .. } = &mut fact.what {
                    *nth += k as u16 * 10;
                }
                let at = story.facts.partition_point(|before| before.at <= fact.at);
                story.facts.insert(at, fact);
                let _ = i;
            }
        }
        story
    }

    #[test]
    fn what_repeats_is_told_once() {
        let told = steps(&asked_again(50, 0), &[], Currency::CNY);
        let again = told.iter().find(|step| step.then != Then::Next).expect("it repeats");
        assert!(matches!(again.then, Then::Again { steps: 1, times: 50, .. }), "{:?}", again.then);
        assert_eq!(told.last().map(|step| step.number), Some(told.len() + 50));
    }

    #[test]
    fn a_long_story_is_cut_in_the_middle() {
        let story = asked_again(4_000, 3);
        let told = steps(&story, &[], Currency::CNY);
        assert!(told.len() <= BEGINNING + END, "{}", told.len());
        let last = told.last().expect("steps");
        assert_eq!(BookView::after(&story.facts[..last.facts]), BookView::after(&story.facts));
    }

    #[test]
    fn what_arrives_still_points_to_where_it_was_sent() {
        let told = steps(&sample::double_charge(), &[], Currency::CNY);
        let sent = told.iter().find_map(|step| match step.shape {
            Shape::Arrival(_, sent) => sent,
            Shape::At(_) | Shape::Message(..) | Shape::Exchange(..) | Shape::Books => None,
        });
        assert!(told[sent.expect("an arrival")].address.is_some());
    }
}
