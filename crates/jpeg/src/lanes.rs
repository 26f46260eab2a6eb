//! Eight numbers handled as one. Written as plain arrays: the compiler turns them into vector instructions
//! of whatever machine the surrounding function is compiled for, so the portable and the AVX2 build of a
//! kernel are the same source and give the same bits.

use std::ops::{Add, Mul, Sub};

#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(align(32))]
pub(crate) struct F8(pub(crate) [f32; 8]);

macro_rules! lane_op {
    ($op:ident, $f:ident, $e:tt) => {
        impl $op for F8 {
            type Output = F8;
            #[inline(always)]
            fn $f(self, o: F8) -> F8 {
                let (a, b) = (self.0, o.0);
                F8([
                    a[0] $e b[0], a[1] $e b[1], a[2] $e b[2], a[3] $e b[3],
                    a[4] $e b[4], a[5] $e b[5], a[6] $e b[6], a[7] $e b[7],
                ])
            }
        }
    };
}
lane_op!(Add, add, +);
lane_op!(Sub, sub, -);
lane_op!(Mul, mul, *);

impl Mul<f32> for F8 {
    type Output = F8;
    #[inline(always)]
    fn mul(self, o: f32) -> F8 {
        self * F8([o; 8])
    }
}

/// Rows become columns.
#[inline(always)]
pub(crate) fn transpose(m: &[F8; 8]) -> [F8; 8] {
    let mut t = [F8([0.0; 8]); 8];
    for (r, row) in t.iter_mut().enumerate() {
        for (v, column) in row.0.iter_mut().zip(m) {
            *v = column.0[r];
        }
    }
    t
}
