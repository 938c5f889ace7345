/* Draws the page's charts: each figure has its numbers beside it, as JSON. */
(() => {
  'use strict';
  const root = document.documentElement;
  const colour = (name) => getComputedStyle(root).getPropertyValue('--' + name).trim();
  const hue = (name) => colour('hue-' + name.toLowerCase());
  const grouped = (value, digits) =>
    value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });

  // ---- numbers as people read them -----------------------------------------------------------------------------------

  /** Three digits, and the unit that fits. */
  const scaled = (value, units, step) => {
    let unit = 0;
    while (Math.abs(value) >= step * 0.9995 && unit < units.length - 1) {
      value /= step;
      unit++;
    }
    const size = Math.abs(value);
    const digits = unit === 0 && Number.isInteger(value) ? 0 : size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
    return grouped(value, digits).replace(/\.0+$/, '') + units[unit];
  };
  const units = {
    NANOSECONDS: (v) => scaled(v, ['\u00a0ns', '\u00a0µs', '\u00a0ms', '\u00a0s'], 1000),
    SECONDS: (v) => grouped(v, Number.isInteger(v) ? 0 : Math.abs(v) < 10 ? 2 : 1) + '\u00a0s',
    COUNT: (v) => (Math.abs(v) < 1e6 ? grouped(v, Number.isInteger(v) ? 0 : 1) : scaled(v, ['', 'k', '\u00a0M', '\u00a0G'], 1000)),
    PER_SECOND: (v) => (Math.abs(v) < 1e6 ? grouped(v, 0) : scaled(v, ['', 'k', '\u00a0M', '\u00a0G'], 1000)) + '/s',
    BYTES: (v) => scaled(v, ['\u00a0B', '\u00a0kB', '\u00a0MB', '\u00a0GB'], 1000),
    PLACE: (v) => grouped(v, 2),
  };
  const text = (axis) => (value) => (value == null ? '–' : units[axis.unit](value));

  // ---- axes --------------------------------------------------------------------------------------------------------------

  const scale = (axis, log, vertical) => {
    if (axis.marks) {
      const places = axis.marks.map((mark) => mark.at);
      const least = Math.min(...places);
      const most = Math.max(...places);
      return { time: false, range: (u, min, max) => (min == null || max - min < 1e-6 ? [least, most] : [min, max]) };
    }
    if (log) return { time: false, distr: 3, log: 10 };
    return { time: false, range: (u, min, max) => {
      if (min == null) return [0, 1];
      if (!vertical) return [min <= u.data[0][0] ? Math.min(0, min) : min, max > min ? max : min + 1]; // zoomed in, or all of it
      return [Math.min(0, min), max > 0 ? max * 1.05 : 1];
    } };
  };

  /** Where a logarithmic axis has lines: at one to nine of each decade; zoomed in on less than one of them, at round numbers. */
  const lines10 = (min, max) => {
    const places = [];
    for (let decade = Math.floor(Math.log10(min) + 1e-9); decade <= Math.log10(max) + 1e-9; decade++) {
      for (let i = 1; i < 10; i++) {
        const at = i * 10 ** decade;
        if (at >= min * (1 - 1e-9) && at <= max * (1 + 1e-9)) places.push(at);
      }
    }
    if (places.length > 2) return places;
    const step = 10 ** Math.floor(Math.log10((max - min) / 2));
    const some = [];
    for (let at = Math.ceil(min / step) * step; at <= max; at += step) some.push(at);
    return some;
  };
  const first = (value) => Math.round(value / 10 ** Math.floor(Math.log10(value) + 1e-9));

  /** Of those, the ones with a label: the decades; of few, two and five as well; of very few, all. */
  const labelled = (places) => {
    const decades = places.filter((at) => first(at) === 1).length;
    if (decades > 2) return (at) => first(at) === 1;
    return places.length > 6 ? (at) => [1, 2, 5].includes(first(at)) : () => true;
  };

  const ticks = (axis, log, key) => {
    if (axis.marks) {
      const on = (u) => (mark) => mark.at >= u.scales[key].min - 1e-9 && mark.at <= u.scales[key].max + 1e-9;
      return {
        splits: (u) => axis.marks.filter(on(u)).map((mark) => mark.at),
        values: (u, places) => places.map((at) => axis.marks.find((mark) => mark.at === at).label),
      };
    }
    if (!log) return { values: (u, places) => places.map(text(axis)) };
    return {
      splits: (u) => lines10(u.scales[key].min, u.scales[key].max),
      filter: (u, places) => places,
      values: (u, places) => {
        const shown = labelled(places);
        return places.map((at) => (shown(at) ? text(axis)(at) : null));
      },
    };
  };

  const side = (axis, log, key) => ({
    label: axis.label,
    labelSize: 22,
    labelFont: '12px system-ui, sans-serif',
    font: '12px system-ui, sans-serif',
    stroke: colour('faint'),
    size: key === 'y' ? 72 : 34,
    grid: { stroke: colour('line'), width: 1 },
    ticks: { show: false },
    ...ticks(axis, log, key),
  });

  // ---- kinds of charts ------------------------------------------------------------------------------------------------------

  const lines = (spec) => ({
    data: [spec.places, ...spec.series.map((series) => series.values)],
    series: spec.series.map((series) => ({
      label: series.name,
      stroke: hue(series.hue),
      width: series.hue === 'INK' ? 2.2 : 1.7,
      dash: series.dashed ? [6, 4] : undefined,
      spanGaps: false,
      points: { show: series.dots, size: 6, fill: hue(series.hue) },
      value: (u, v) => text(spec.y)(v),
    })),
    hooks: {},
    legend: true,
  });

  const heat = (spec) => {
    const counts = new Map(spec.cells.map(([column, row, count]) => [column + ':' + row, count]));
    const most = spec.cells.reduce((so, [, , count]) => Math.max(so, count), 1);
    const left = (column) => (column === 0 ? 0 : spec.columns[column - 1]);
    const draw = (u) => {
      const { ctx, bbox } = u;
      ctx.save();
      ctx.beginPath();
      ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
      ctx.clip();
      ctx.fillStyle = hue(spec.hue);
      for (const [column, row, count] of spec.cells) {
        const x0 = Math.round(u.valToPos(left(column), 'x', true));
        const x1 = Math.round(u.valToPos(spec.columns[column], 'x', true));
        const y0 = Math.round(u.valToPos(spec.rows[row + 1], 'y', true));
        const y1 = Math.round(u.valToPos(spec.rows[row], 'y', true));
        ctx.globalAlpha = 0.1 + 0.9 * (Math.log1p(count) / Math.log1p(most));
        ctx.fillRect(x0, y0, Math.max(1, x1 - x0), Math.max(1, y1 - y0));
      }
      ctx.restore();
    };
    const low = spec.rows[spec.cells.reduce((so, [, row]) => Math.min(so, row), spec.rows.length - 2)];
    const high = spec.rows[spec.cells.reduce((so, [, row]) => Math.max(so, row), 0) + 1];
    return {
      data: [
        [0, ...spec.columns],
        [low, ...spec.columns.map(() => high)],
      ],
      series: [{ label: spec.what, stroke: 'transparent', points: { show: false } }],
      hooks: { draw: [draw] },
      legend: false,
      readout: (u) => {
        const x = u.posToVal(u.cursor.left, 'x');
        const y = u.posToVal(u.cursor.top, 'y');
        const column = spec.columns.findIndex((end) => x <= end);
        const row = spec.rows.findIndex((edge, i) => y >= edge && y < spec.rows[i + 1]);
        if (column < 0 || row < 0) return '';
        return (
          grouped(counts.get(column + ':' + row) || 0, 0) + ' ' + spec.what + ' of ' + text(spec.y)(spec.rows[row]) + ' to ' +
          text(spec.y)(spec.rows[row + 1]) + ', from ' + text(spec.x)(left(column)) + ' to ' + text(spec.x)(spec.columns[column])
        );
      },
    };
  };

  const kinds = { lines, heat };

  // ---- timelines --------------------------------------------------------------------------------------------------------------

  const LANE = 26;
  const HEAD = 22;
  const GUTTER = 170;
  const LEAST_SPAN = 1000; // a microsecond

  /** Bars of one lane in the order of their beginnings, as columns, so that many of them are drawn at once. */
  const columns = (spec) => {
    const lanes = spec.lanes.map(() => []);
    spec.bars.forEach((bar) => lanes[bar[0]].push(bar));
    return lanes.map((bars) => {
      bars.sort((a, b) => a[1] - b[1]);
      const begin = Float64Array.from(bars, (bar) => bar[1]);
      const end = Float64Array.from(bars, (bar) => bar[1] + bar[2]);
      const latest = new Float64Array(end.length); // of all ends so far: bars of a lane may overlap
      end.forEach((at, i) => { latest[i] = i === 0 ? at : Math.max(latest[i - 1], at); });
      return { bars, begin, end, latest };
    });
  };

  /** The first place whose value is above another. */
  const above = (values, limit) => {
    let low = 0;
    let high = values.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[middle] > limit) high = middle;
      else low = middle + 1;
    }
    return low;
  };

  const timelineOf = (spec, plot, bar, readout) => {
    const lanes = columns(spec);
    const height = HEAD + LANE * spec.lanes.length + 4;
    const canvas = document.createElement('canvas');
    canvas.tabIndex = 0;
    canvas.className = 'timeline';
    plot.append(canvas);
    const legend = document.createElement('p');
    legend.className = 'timeline-keys';
    const hidden = new Set();
    spec.keys.forEach((key, i) => {
      const each = document.createElement('button');
      each.type = 'button';
      each.className = 'hue-' + key.hue.toLowerCase();
      const mark = document.createElement('span');
      mark.className = 'mark';
      each.append(mark, key.name);
      each.setAttribute('aria-pressed', 'true');
      each.addEventListener('click', () => {
        if (!hidden.delete(i)) hidden.add(i);
        each.setAttribute('aria-pressed', String(!hidden.has(i)));
        later();
      });
      legend.append(each);
    });
    plot.append(legend);

    let width = 0;
    let from = 0;
    let span = Math.max(spec.spanNs, LEAST_SPAN);
    let pointed = null;
    let asked = false;

    const xOf = (ns) => GUTTER + ((ns - from) / span) * (width - GUTTER);
    const nsOf = (x) => from + ((x - GUTTER) / (width - GUTTER)) * span;
    const short = (words, room) => {
      const most = Math.floor(room / 6.6);
      return words.length <= most ? words : most < 4 ? '' : words.slice(0, most - 1) + '…';
    };

    const drawLane = (ctx, lane, y, colours, paper) => {
      const to = from + span;
      const last = above(lane.begin, to);
      for (let i = above(lane.latest, from); i < last; i++) {
        const [, begin, length, key, name] = lane.bars[i];
        if (begin + length < from || hidden.has(key)) continue;
        const x0 = Math.max(GUTTER, xOf(begin));
        const x1 = Math.min(width, xOf(begin + length));
        const wide = x1 - x0;
        if (wide < 1) { // one of many in this column of dots: the others would be drawn over it
          const x = Math.floor(x0);
          ctx.fillStyle = colours[key];
          ctx.fillRect(x, y + 4, 1, LANE - 8);
          const next = Math.min(last, above(lane.begin, nsOf(x + 1)));
          if (next > i + 1 && lane.latest[next - 1] <= nsOf(x + 2)) i = next - 1; // none of them is a wide one
          continue;
        }
        ctx.fillStyle = colours[key];
        ctx.fillRect(x0, y + 4, Math.max(1, wide - (wide > 4 ? 1 : 0)), LANE - 8);
        if (wide > 40) {
          ctx.fillStyle = paper;
          ctx.fillText(short(name.split(',')[0], wide - 8), x0 + 4, y + LANE / 2);
        }
      }
    };

    const drawArrows = (ctx) => {
      const to = from + span;
      const shown = spec.arrows.filter((arrow) => arrow[3] >= from && arrow[1] <= to);
      if (shown.length > 300) return false; // nobody can follow so many
      ctx.strokeStyle = colour('ink');
      ctx.fillStyle = colour('ink');
      ctx.lineWidth = 1;
      for (const [fromLane, fromNs, toLane, toNs] of shown) {
        const x0 = xOf(fromNs);
        const x1 = xOf(toNs);
        const y0 = HEAD + LANE * fromLane + LANE / 2;
        const y1 = HEAD + LANE * toLane + LANE / 2;
        ctx.beginPath();
        ctx.moveTo(x0, y0);
        ctx.bezierCurveTo(x0 + 12, y0, x1 - 12, y1, x1, y1);
        ctx.stroke();
        ctx.beginPath();
        ctx.moveTo(x1, y1);
        ctx.lineTo(x1 - 5, y1 - 3);
        ctx.lineTo(x1 - 5, y1 + 3);
        ctx.fill();
      }
      return true;
    };

    /** A time, in a unit that fits the end of what is shown, with as many digits as tell two marks apart. */
    const place = (at, step) => {
      const most = from + span;
      const [name, unit] = most >= 1e9 ? ['s', 1e9] : most >= 1e6 ? ['ms', 1e6] : most >= 1e3 ? ['µs', 1e3] : ['ns', 1];
      return grouped(at / unit, Math.max(0, Math.ceil(Math.log10(unit / step) - 1e-9))) + '\u00a0' + name;
    };

    const drawTimes = (ctx) => {
      const dots = Math.max(2, Math.floor((width - GUTTER) / 110));
      const raw = span / dots;
      const decade = 10 ** Math.floor(Math.log10(raw));
      const step = [1, 2, 5, 10].map((i) => i * decade).find((each) => each >= raw);
      ctx.strokeStyle = colour('line');
      ctx.fillStyle = colour('faint');
      for (let at = Math.ceil(from / step) * step; at <= from + span; at += step) {
        const x = Math.round(xOf(at)) + 0.5;
        ctx.beginPath();
        ctx.moveTo(x, HEAD - 4);
        ctx.lineTo(x, height);
        ctx.stroke();
        const label = place(at, step);
        if (x + 3 + ctx.measureText(label).width <= width) ctx.fillText(label, x + 3, HEAD / 2);
      }
    };

    const paint = () => {
      asked = false;
      const ratio = window.devicePixelRatio || 1;
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.width = width + 'px';
      canvas.style.height = height + 'px';
      const ctx = canvas.getContext('2d');
      ctx.scale(ratio, ratio);
      ctx.font = '12px system-ui, sans-serif';
      ctx.textBaseline = 'middle';
      ctx.fillStyle = colour('paper');
      ctx.fillRect(0, 0, width, height);
      ctx.save();
      ctx.beginPath();
      ctx.rect(GUTTER, 0, width - GUTTER, height);
      ctx.clip();
      drawTimes(ctx);
      const colours = spec.keys.map((key) => hue(key.hue));
      const paper = colour('paper');
      lanes.forEach((lane, i) => drawLane(ctx, lane, HEAD + LANE * i, colours, paper));
      if (pointed) {
        ctx.strokeStyle = colour('ink');
        ctx.lineWidth = 2;
        const x0 = xOf(pointed[1]);
        ctx.strokeRect(x0, HEAD + LANE * pointed[0] + 4, Math.max(2, xOf(pointed[1] + pointed[2]) - x0), LANE - 8);
      }
      const all = drawArrows(ctx);
      ctx.restore();
      ctx.fillStyle = colour('ink');
      spec.lanes.forEach((lane, i) => ctx.fillText(short(lane, GUTTER - 10), 2, HEAD + LANE * i + LANE / 2));
      if (!pointed) readout.textContent = all ? '' : 'Zoom in to see the ' + grouped(spec.arrows.length, 0) + ' arrows.';
    };

    const later = () => {
      if (!asked) {
        asked = true;
        requestAnimationFrame(paint);
      }
    };

    const show = (newFrom, newSpan) => {
      span = Math.min(Math.max(newSpan, LEAST_SPAN), Math.max(spec.spanNs, LEAST_SPAN));
      from = Math.min(Math.max(newFrom, 0), Math.max(spec.spanNs, LEAST_SPAN) - span);
      later();
    };
    const zoom = (factor, ns) => show(ns - (ns - from) * factor, span * factor);
    const middle = () => from + span / 2;

    /** The bar that a pointer is over, or near if it is too short to hit. */
    const at = (x, y) => {
      const lane = lanes[Math.floor((y - HEAD) / LANE)];
      if (!lane || x < GUTTER) return null;
      const ns = nsOf(x);
      const near = (2 * span) / (width - GUTTER);
      let best = null;
      for (let i = above(lane.begin, ns + near) - 1; i >= 0 && lane.latest[i] >= ns - near; i--) {
        if (lane.end[i] >= ns - near && !hidden.has(lane.bars[i][3])) {
          best = lane.bars[i];
          break;
        }
      }
      return best;
    };

    let dragged = null;
    canvas.addEventListener('pointerdown', (e) => {
      dragged = { x: e.offsetX, from };
      canvas.setPointerCapture(e.pointerId);
    });
    canvas.addEventListener('pointermove', (e) => {
      if (dragged) {
        show(dragged.from - ((e.offsetX - dragged.x) / (width - GUTTER)) * span, span);
        return;
      }
      const found = at(e.offsetX, e.offsetY);
      if (found !== pointed) {
        pointed = found;
        readout.textContent = found ? found[4] : '';
        later();
      }
    });
    const drop = () => { dragged = null; };
    canvas.addEventListener('pointerup', drop);
    canvas.addEventListener('pointercancel', drop);
    canvas.addEventListener('pointerleave', () => {
      if (pointed) {
        pointed = null;
        readout.textContent = '';
        later();
      }
    });
    canvas.addEventListener('dblclick', () => show(0, spec.spanNs));
    canvas.addEventListener('wheel', (e) => {
      if (!(e.ctrlKey || e.metaKey || e.shiftKey)) return; // the page scrolls
      e.preventDefault();
      zoom(Math.exp((e.deltaY || e.deltaX) / 300), nsOf(Math.max(GUTTER, e.offsetX)));
    }, { passive: false });
    canvas.addEventListener('keydown', (e) => {
      const keys = {
        '+': () => zoom(0.6, middle()),
        '=': () => zoom(0.6, middle()),
        '-': () => zoom(1 / 0.6, middle()),
        ArrowLeft: () => show(from - span / 5, span),
        ArrowRight: () => show(from + span / 5, span),
        Home: () => show(0, span),
        End: () => show(spec.spanNs - span, span),
        0: () => show(0, spec.spanNs),
      };
      if (keys[e.key] && !e.ctrlKey && !e.metaKey) {
        e.preventDefault();
        keys[e.key]();
      }
    });
    const button = (label, action) => {
      const each = document.createElement('button');
      each.type = 'button';
      each.textContent = label;
      each.addEventListener('click', action);
      bar.append(each);
    };
    button('zoom in', () => zoom(0.5, middle()));
    button('zoom out', () => zoom(2, middle()));
    button('show all', () => show(0, spec.spanNs));
    canvas.title = 'Drag to move, Ctrl and wheel or + and - to zoom, double-click for all of it.';

    // Places in the text that are on the timeline.
    document.querySelectorAll('a[data-from]').forEach((link) => link.addEventListener('click', () => {
      const begin = Number(link.dataset.from);
      show(begin, Number(link.dataset.to) - begin);
      canvas.focus({ preventScroll: true });
    }));

    const size = (newWidth) => {
      width = newWidth;
      paint();
    };
    return {
      plot,
      chart: { get width() { return width; }, height, setSize: (to) => size(to.width) },
      draw: (newWidth) => size(newWidth || plot.clientWidth),
    };
  };

  // ---- figures --------------------------------------------------------------------------------------------------------------

  const figures = [];

  const figureOf = (element) => {
    const spec = JSON.parse(element.querySelector('script').textContent);
    const plot = element.querySelector('.plot');
    const bar = document.createElement('div');
    bar.className = 'bar';
    element.insertBefore(bar, plot);
    const readout = document.createElement('span');
    readout.className = 'readout';
    bar.append(readout);
    if (spec.kind === 'timeline') return timelineOf(spec, plot, bar, readout);
    const figure = { plot, chart: null, xLog: spec.x.log, yLog: spec.y.log };

    figure.draw = (width) => {
      const kind = kinds[spec.kind](spec);
      if (figure.chart) figure.chart.destroy();
      figure.chart = new uPlot(
        {
          width: width || plot.clientWidth,
          height: spec.low ? 200 : 330,
          scales: { x: scale(spec.x, figure.xLog, false), y: scale(spec.y, figure.yLog, true) },
          axes: [side(spec.x, figure.xLog, 'x'), side(spec.y, figure.yLog, 'y')],
          series: [{ label: spec.x.label, value: (u, v, s, i) => (spec.names && i != null ? spec.names[i] : text(spec.x)(v)) }, ...kind.series],
          legend: { show: kind.legend, markers: { width: 2, dash: (u, i) => (u.series[i].dash ? 'dashed' : 'solid') } },
          cursor: { drag: { x: true, y: true, uni: 40 }, points: { size: 7 } },
          hooks: {
            ...kind.hooks,
            setCursor: [
              (u) => {
                plot.classList.toggle('pointed', u.cursor.left >= 0);
                readout.textContent = kind.readout && u.cursor.left >= 0 ? kind.readout(u) : '';
              },
            ],
          },
        },
        kind.data,
        plot,
      );
    };

    const button = (label, action) => {
      const each = document.createElement('button');
      each.type = 'button';
      each.textContent = label();
      each.addEventListener('click', () => {
        action();
        figure.draw();
        each.textContent = label();
      });
      bar.append(each);
    };
    if (spec.x.switched) button(() => 'x: ' + (figure.xLog ? 'log' : 'linear'), () => { figure.xLog = !figure.xLog; });
    if (spec.y.switched) button(() => (spec.x.switched ? 'y: ' : 'scale: ') + (figure.yLog ? 'log' : 'linear'), () => { figure.yLog = !figure.yLog; });
    button(() => 'show all', () => {});
    plot.title = 'Drag to zoom, double-click for all of it, click a name to hide a line.';
    return figure;
  };

  document.querySelectorAll('figure.chart').forEach((element) => figures.push(figureOf(element)));
  const drawAll = (width) => figures.forEach((figure) => figure.draw(width));
  drawAll();

  new ResizeObserver(() => {
    figures.forEach((figure) => {
      const width = figure.plot.clientWidth;
      if (width > 0 && figure.chart && figure.chart.width !== width && !root.classList.contains('printing')) {
        figure.chart.setSize({ width, height: figure.chart.height });
      }
    });
  }).observe(document.querySelector('main'));

  // The theme's colours are drawn, not styled; paper is light, and as wide as A4 within its margins.
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => drawAll());
  addEventListener('beforeprint', () => {
    root.classList.add('printing');
    drawAll(690);
  });
  addEventListener('afterprint', () => {
    root.classList.remove('printing');
    drawAll();
  });
})();
