package org.dmafence.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RowsTest {
    private static List<String> matching(String... patterns) throws UnknownRowException {
        return Patterns.choose(List.of(patterns), Rows.all(), Row::name).stream()
                .map(Row::name)
                .toList();
    }

    @Test
    void shouldChooseByPartsOfNamesInTheTablesOrderWhenAsked() throws UnknownRowException {
        assertThat(matching("is-signaled")).containsExactly("fence-is-signaled");
        assertThat(matching("size", "RCU-READ-OWN"))
                .containsExactly("rcu-read-own-thread", "size-fence", "size-callback", "size-fence-compact");
        assertThat(matching()).hasSameSizeAs(Rows.all());
    }

    @Test
    void shouldMatchTheWholeNameWhenThePatternHasWildcards() throws UnknownRowException {
        assertThat(matching("unload*")).containsExactly("unload", "unload-many");
        assertThat(matching("size-?ence")).containsExactly("size-fence");
        assertThatThrownBy(() -> matching("*ignale")).isInstanceOf(UnknownRowException.class);
    }

    @Test
    void shouldTakeCharactersOfRegularExpressionsLiterallyWhenTheyAreInAPattern() {
        assertThatThrownBy(() -> matching("fence.signal")).isInstanceOf(UnknownRowException.class);
    }

    @Test
    void shouldListTheNamesWhenNothingMatches() {
        assertThatThrownBy(() -> matching("size", "nosuch"))
                .isInstanceOf(UnknownRowException.class)
                .hasMessageStartingWith("--only nosuch matches no row; there are rcu-read-handle, ")
                .hasMessageContaining("fence-is-signaled");
    }

    @Test
    void shouldHaveAGroupForEachRowAndARowForEachGroup() {
        Stream<String> used = Rows.all().stream().map(Row::group).distinct();

        assertThat(used)
                .containsExactlyInAnyOrderElementsOf(
                        Groups.all().stream().map(Group::name).toList());
        assertThat(Rows.all().stream().map(Row::name)).doesNotHaveDuplicates();
    }
}
