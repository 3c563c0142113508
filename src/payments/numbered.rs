//! A table by number that nearly always has one row: the first lies inline, the others in memory of their own. Used by
//! orders; knows nothing of what it holds.

use crate::payments::fact::Number;
use std::hash::{Hash, Hasher};

/// Rows by number, from 0.
#[derive(Debug, Default)]
pub struct Numbered<T> {
    len: u8,
    first: T,
    rest: Vec<T>,
}

impl<T: Copy> Clone for Numbered<T> {
    fn clone(&self) -> Self {
        Numbered { len: self.len, first: self.first, rest: self.rest.clone() }
    }

    fn clone_from(&mut self, other: &Self) {
        let Numbered { len, first, rest } = other;
        (self.len, self.first) = (*len, *first);
        self.rest.clone_from(rest);
    }
}

impl<T: Copy> Numbered<T> {
    /// How many rows there are.
    #[inline]
    pub fn len(&self) -> usize {
        usize::from(self.len)
    }

    /// Is there no row?
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds a row.
    #[inline]
    pub fn push(&mut self, row: T) {
        if self.len == 0 {
            self.first = row
        } else {
            self.rest.push(row)
        }
        self.len += 1;
    }

    /// Removes the last row.
    pub fn pop(&mut self) {
        self.rest.pop();
        self.len = self.len.saturating_sub(1);
    }

    /// Row `number`.
    #[inline]
    pub fn get(&self, number: Number) -> &T {
        if number == 0 { &self.first } else { self.later(number) }
    }

    #[cold]
    #[inline(never)]
    fn later(&self, number: Number) -> &T {
        &self.rest[usize::from(number) - 1]
    }

    /// Row `number`, to be changed.
    #[inline]
    pub fn get_mut(&mut self, number: Number) -> &mut T {
        if number == 0 { &mut self.first } else { self.later_mut(number) }
    }

    #[cold]
    #[inline(never)]
    fn later_mut(&mut self, number: Number) -> &mut T {
        &mut self.rest[usize::from(number) - 1]
    }

    /// All rows, in order of number.
    #[inline]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + Clone {
        (0..self.len).map(|number| self.get(number))
    }

    /// All rows, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        std::iter::once(&mut self.first).take(usize::from(self.len)).chain(&mut self.rest)
    }

    /// The number of the last row for which `is_it` holds.
    pub fn last_number(&self, is_it: impl Fn(&T) -> bool) -> Option<Number> {
        (0..self.len).rev().find(|number| is_it(self.get(*number)))
    }

    /// Removes all rows.
    #[inline]
    pub fn clear(&mut self) {
        self.len = 0;
        self.rest.clear();
    }
}

impl<T: Copy + PartialEq> PartialEq for Numbered<T> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<T: Copy + Eq> Eq for Numbered<T> {}

impl<T: Copy + Hash> Hash for Numbered<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.len.hash(state);
        self.iter().for_each(|row| row.hash(state));
    }
}
