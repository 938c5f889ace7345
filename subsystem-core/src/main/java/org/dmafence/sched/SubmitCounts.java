package org.dmafence.sched;

/**
 * What an entity's submitter counts, alone on its cache lines: it is written with each job while hosts and engines work
 * on earlier ones.
 */
@SuppressWarnings("unused") // the padding
final class SubmitCounts extends SubmitCountsValue {
    private long p16, p17, p18, p19, p20, p21, p22, p23, p24, p25, p26, p27, p28, p29, p30;
}

@SuppressWarnings("unused") // the padding
abstract class SubmitCountsPadding {
    private long p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, p15;
}

abstract class SubmitCountsValue extends SubmitCountsPadding {
    /** The number of the fences made last. */
    long seqno;

    /** How many jobs were armed. */
    long armed;
}
