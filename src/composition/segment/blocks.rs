//! A list that grows by blocks: no doubling, so that a million records need no second copy while it grows.

use crate::values::saved::{Bytes, Saved};

/// Items a block: small enough that a block comes from the heap and not from a mapping of its own.
const BLOCK: usize = 256;

/// A growing list, indexed by `u32`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocks<T> {
    blocks: Vec<Vec<T>>,
    len: u32,
}

impl<T: Saved> Saved for Blocks<T> {
    #[inline(never)]
    fn save(&self, out: &mut Vec<u8>) {
        self.len.save(out);
        self.iter().for_each(|item| item.save(out));
    }

    #[inline(never)]
    fn restore(from: &mut Bytes<'_>) -> Option<Blocks<T>> {
        let mut blocks = Blocks::default();
        for _ in 0..u32::restore(from)? {
            blocks.push(T::restore(from)?);
        }
        Some(blocks)
    }
}

impl<T> Default for Blocks<T> {
    fn default() -> Blocks<T> {
        Blocks { blocks: Vec::new(), len: 0 }
    }
}

impl<T> Blocks<T> {
    /// How many items there are.
    pub fn len(&self) -> u32 {
        self.len
    }

    /// Adds an item and gives its index. Lines are counted in 32 bits, and an item takes a line at least.
    pub fn push(&mut self, item: T) -> u32 {
        match self.blocks.last_mut() {
            Some(block) if block.len() < BLOCK => block.push(item),
            _ => {
                let mut block = Vec::with_capacity(BLOCK);
                block.push(item);
                self.blocks.push(block);
            }
        }
        self.len += 1;
        self.len - 1
    }

    /// The item at an index.
    pub fn get(&self, index: u32) -> Option<&T> {
        let index = usize::try_from(index).ok()?;
        self.blocks.get(index / BLOCK)?.get(index % BLOCK)
    }

    /// The item at an index, to change it.
    pub fn get_mut(&mut self, index: u32) -> Option<&mut T> {
        let index = usize::try_from(index).ok()?;
        self.blocks.get_mut(index / BLOCK)?.get_mut(index % BLOCK)
    }

    /// All items in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.blocks.iter().flatten()
    }

    /// All items in order, taken out.
    pub fn into_iter(self) -> impl Iterator<Item = T> {
        self.blocks.into_iter().flatten()
    }
}
