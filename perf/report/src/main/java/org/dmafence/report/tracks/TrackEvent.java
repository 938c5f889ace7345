package org.dmafence.report.tracks;

/** What is known of a slice or an instant beside its time. */
public final class TrackEvent {
    private static final int ANNOTATION = 4;
    private static final int CATEGORY = 22;
    private static final int NAME = 23;
    private static final int FLOW = 47;
    private static final int FLOW_END = 48;
    private static final int ANNOTATION_TEXT = 6;
    private static final int ANNOTATION_NAME = 10;

    final ProtoMessage message = new ProtoMessage();

    private TrackEvent() {}

    /** One that is called so. */
    public static TrackEvent of(String name) {
        TrackEvent event = new TrackEvent();
        event.message.text(NAME, name);
        return event;
    }

    /** Of a kind that one can search for. */
    public TrackEvent category(String category) {
        message.text(CATEGORY, category);
        return this;
    }

    /** With a word about it. */
    public TrackEvent annotate(String name, String value) {
        message.message(
                ANNOTATION, new ProtoMessage().text(ANNOTATION_NAME, name).text(ANNOTATION_TEXT, value));
        return this;
    }

    /** Where an arrow begins. */
    public TrackEvent arrow(long number) {
        message.fixed(FLOW, number);
        return this;
    }

    /** Where an arrow ends. */
    public TrackEvent arrowEnd(long number) {
        message.fixed(FLOW_END, number);
        return this;
    }
}
