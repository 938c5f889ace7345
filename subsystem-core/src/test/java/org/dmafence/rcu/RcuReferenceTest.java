package org.dmafence.rcu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.dmafence.lockdep.LockdepReport;
import org.dmafence.lockdep.LockdepTrial;
import org.junit.jupiter.api.Test;

class RcuReferenceTest {
    @Test
    void shouldGiveTheValueWhenDereferencedInASection() {
        try (RcuDomain domain = Orderings.domain(RcuOrdering.FENCE)) {
            RcuReference<String> reference = new RcuReference<>(domain, "first");
            RcuReader reader = domain.reader();
            long token = reader.lock();
            assertThat(reference.dereference()).isEqualTo("first");
            assertThat(reference.dereference(reader)).isEqualTo("first");
            assertThat(reference.dereferenceCheck(false)).isEqualTo("first");
            reference.assign("second");
            assertThat(reference.dereference()).isEqualTo("second");
            reader.unlock(token);
        }
    }

    @Test
    void shouldFailUnderAssertionsWhenDereferencedOutsideASection() throws Exception {
        assertThat(LockdepTrial.run(() -> {
                    try (RcuDomain domain = Orderings.domain(RcuOrdering.FENCE)) {
                        RcuReference<String> reference = new RcuReference<>(domain, "value");
                        RcuReader reader = domain.reader();
                        assertThatExceptionOfType(AssertionError.class)
                                .isThrownBy(reference::dereference)
                                .withMessageContaining("outside an RCU read section");
                        assertThatExceptionOfType(AssertionError.class)
                                .isThrownBy(() -> reference.dereference(reader))
                                .withMessageContaining("outside a section");
                        assertThatExceptionOfType(AssertionError.class)
                                .isThrownBy(() -> reference.dereferenceCheck(false));
                        assertThat(reference.dereferenceCheck(true)).isEqualTo("value");
                    }
                }))
                .extracting(LockdepReport::kind)
                .containsOnly(LockdepReport.Kind.RCU_NOT_HELD);
    }

    @Test
    void shouldNeedNoSectionWhenUpdating() {
        try (RcuDomain domain = Orderings.domain(RcuOrdering.FENCE)) {
            RcuReference<String> reference = new RcuReference<>(domain, null);
            assertThat(reference.access()).isNull();
            reference.init("initial");
            assertThat(reference.replace("next")).isEqualTo("initial");
            assertThat(reference.dereferenceProtected()).isEqualTo("next");
            assertThat(reference.replace(null)).isEqualTo("next");
            assertThat(reference.access()).isNull();
            assertThat(domain.stats().readers()).isZero();
        }
    }
}
