// Keeps the overview alive: one stream says when something changed, htmx fetches the part of the page that did.
const root = document.documentElement;
const language = root.lang + '-u-nu-latn';
const live = document.getElementById('live');
const base = new URL('console/now/', new URL('/', location.href));

// Times: the server writes UTC, people read their own zone; the tooltip keeps both.
const clock = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const full = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' });
function localTimes(within) {
  within.querySelectorAll('time[datetime]').forEach((time) => {
    const at = new Date(time.dateTime);
    if (!time.dataset.local) {
      time.title = `${full.format(at)} · ${time.title}`;
      time.dataset.local = 'yes';
    }
    if ('clock' in time.dataset) time.textContent = clock.format(at);
  });
}

// Chart: colours come from the style sheet, so that it follows light and dark.
let chart;
const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim();
function draw(series) {
  const canvas = document.getElementById('chart-canvas');
  if (!canvas || !window.Chart || !series.counts) return;
  const start = Date.parse(series.start);
  const labels = series.counts.map((_, i) => new Date(start + i * 60000));
  if (!chart) {
    chart = new Chart(canvas, {
      type: 'bar',
      data: { labels, datasets: [{ data: series.counts, barPercentage: 1, categoryPercentage: 0.72, borderRadius: 2, minBarLength: 1 }] },
      options: {
        animation: false,
        maintainAspectRatio: false,
        scales: { x: { display: false, reverse: root.dir === 'rtl' }, y: { display: false, beginAtZero: true } },
        plugins: {
          legend: { display: false },
          tooltip: { displayColors: false, rtl: root.dir === 'rtl', callbacks: { title: (items) => clock.format(labels[items[0].dataIndex]) } },
        },
      },
    });
  }
  chart.data.labels = labels;
  chart.data.datasets[0].data = series.counts;
  chart.data.datasets[0].backgroundColor = series.counts.map((_, i) => colour(i === series.counts.length - 1 ? '--accent' : '--chart'));
  chart.update('none');
  root.dataset.drawn = 'yes';
}
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => chart && draw({ start: +chart.data.labels[0], counts: chart.data.datasets[0].data }));

// Stream: can be paused; rests while nobody looks.
let stream;
let paused = false;
function say(state) {
  live.dataset.state = state;
  live.querySelector('.live-text').textContent = live.dataset[state];
  live.setAttribute('aria-pressed', String(!paused));
}
function open() {
  if (stream || paused || document.hidden) return;
  say('wait');
  stream = new EventSource(new URL('stream', base));
  stream.onopen = () => say('on');
  stream.onerror = () => {
    say('wait');
    // Closed for good: the login has ended, and the page itself knows the way to the login form.
    if (stream.readyState === EventSource.CLOSED) location.reload();
  };
  stream.addEventListener('now', (event) => {
    draw(JSON.parse(event.data));
    htmx.ajax('GET', new URL('panel', base).pathname, { target: '#now', swap: 'outerHTML' });
  });
}
function close() {
  stream?.close();
  stream = undefined;
}
live.addEventListener('click', () => {
  paused = !paused;
  if (paused) { close(); say('off'); } else open();
});
document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()));
document.addEventListener('htmx:load', (event) => localTimes(event.detail.elt));

live.hidden = false;
localTimes(document);
fetch(new URL('series.json', base)).then((answer) => answer.ok ? answer.json() : {}).then(draw);
open();
