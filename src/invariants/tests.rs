//! Tests over the registry of invariants itself.

use super::*;

#[test]
fn every_id_is_its_own() {
    for (i, info) in ALL.iter().enumerate() {
        assert!(ALL[..i].iter().all(|other| other.id != info.id), "{}", info.id);
    }
    assert!(ALL.len() <= 32, "one bit each in Findings::reported");
}
