// The exercise desk: every control is one call of /_control; what is shown is what the server says.
"use strict";

const STATION_KINDS = { silent: "断报", stuck: "卡死", spiking: "突跳", late: "迟到", out_of_order: "乱序", duplicated: "重复" };
const FEEDS = { alerts: "预警", observations: "测站", forecasts: "预报", reports: "区县与险情报告", citizens: "群众来电", calls: "叫应电话", geo: "地图" };
const FEED_KINDS = {
  down: ["中断（503）", { kind: "down" }],
  reset: ["中断（断开连接）", { kind: "down", how: "reset" }],
  truncated: ["只传一半", { kind: "truncated" }],
  old: ["停在 2 小时前", { kind: "old", hours: 2 }],
};
const CALL_STATES = { ringing: "振铃", answered: "已应答", no_answer: "无人应答" };

const at = (id) => document.getElementById(id);
let playing = null; // the server's last word, and when it came
let heard = 0;
let dragging = false;

async function ask(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: body ? { "content-type": "application/json" } : {},
    body: body && JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said[0]?.description ?? `${method} ${path}：${answer.status}`);
  return said;
}

async function act(work) {
  try {
    await work();
    at("trouble").textContent = "";
  } catch (error) {
    at("trouble").textContent = error instanceof TypeError ? "连不上模拟城市" : error.message;
  }
  await refresh();
}

const change = (body) => act(async () => show(await ask("PATCH", "/_control/scenario", body)));

function cityNow() {
  const passed = playing.paused ? 0 : (performance.now() - heard) * playing.speed;
  return new Date(Date.parse(playing.now) + passed);
}

function written(moment) {
  return moment.toLocaleString("sv-SE", { timeZone: document.documentElement.dataset.zone });
}

function show(state) {
  playing = state;
  heard = performance.now();
  const storm = state.name !== null;
  at("title").textContent = state.title + (state.over ? "（已到终点，天气转平静）" : "");
  at("story").textContent = state.story;
  at("pace").textContent = state.paused ? "已暂停" : `${state.speed}×`;
  at("toggle").textContent = state.paused ? "继续" : "暂停";
  for (const button of document.querySelectorAll("#toggle, #stop, .speed, .jump")) button.disabled = !storm;
  for (const button of document.querySelectorAll(".speed")) {
    button.setAttribute("aria-pressed", String(storm && !state.paused && Number(button.dataset.speed) === state.speed));
  }
  at("timeline").hidden = !storm;
  if (storm) {
    at("timeline").min = Date.parse(state.start) / 1000;
    at("timeline").max = Date.parse(state.end) / 1000;
  }
  tick();
}

function tick() {
  if (!playing) return;
  const now = dragging ? new Date(at("timeline").value * 1000) : cityNow();
  at("clock").textContent = written(now);
  if (!dragging) at("timeline").value = now.getTime() / 1000;
}

function line(text, undo) {
  const item = document.createElement("li");
  const words = document.createElement("span");
  words.textContent = text;
  item.append(words);
  if (undo) {
    const button = document.createElement("button");
    button.textContent = "取消";
    button.onclick = () => act(undo);
    item.append(button);
  }
  return item;
}

function until(fault) {
  return fault.until ? `，到 ${written(new Date(fault.until)).slice(5, 16)}` : "";
}

async function refresh() {
  try {
    const [state, stations, feeds, calls, orders] = await Promise.all([
      ask("GET", "/_control/scenario"),
      ask("GET", "/_control/stations/faults"),
      ask("GET", "/_control/feeds/faults"),
      ask("GET", "/_control/calls"),
      fetch("/orders").then((answer) => answer.text()),
    ]);
    show(state);
    at("station-faults").replaceChildren(
      ...Object.entries(stations).map(([id, faults]) =>
        line(`${id} ${faults.map((fault) => STATION_KINDS[fault.kind] + until(fault)).join("；")}`, () =>
          ask("DELETE", `/_control/stations/${id}/fault`),
        ),
      ),
    );
    at("feed-faults").replaceChildren(
      ...Object.entries(feeds).map(([name, fault]) => {
        const kind = fault.kind === "down" && fault.how === "reset" ? "reset" : fault.kind;
        return line(`${FEEDS[name]} ${FEED_KINDS[kind][0]}${until(fault)}`, () => ask("DELETE", `/_control/feeds/${name}/fault`));
      }),
    );
    const shown = calls.calls.slice(-12).reverse();
    at("calls").replaceChildren(
      ...(shown.length ? shown : [null]).map((call) =>
        line(call ? `${call.placed_at.slice(11, 16)} ${call.contact_id} ${call.signal} ${CALL_STATES[call.state]} ${call.said}` : "还没有"),
      ),
    );
    at("orders").innerHTML = orders; // escaped by the server's template
  } catch {
    at("trouble").textContent = "连不上模拟城市";
  }
}

function fill(select, entries) {
  select.replaceChildren(...entries.map(([value, label]) => new Option(label, value)));
}

fill(at("station-kind"), Object.entries(STATION_KINDS));
fill(at("feed"), Object.entries(FEEDS));
fill(at("feed-kind"), Object.entries(FEED_KINDS).map(([kind, [label]]) => [kind, label]));

at("start").onclick = () => act(() => ask("POST", "/_control/scenario", { name: at("scenario").value, speed: 60 }));
at("stop").onclick = () => act(() => ask("DELETE", "/_control/scenario"));
at("toggle").onclick = () => change({ paused: !playing.paused });
for (const button of document.querySelectorAll(".speed")) button.onclick = () => change({ speed: Number(button.dataset.speed) });
for (const button of document.querySelectorAll(".jump")) {
  button.onclick = () => change({ at: new Date(cityNow().getTime() + button.dataset.minutes * 60000).toISOString() });
}
at("timeline").oninput = () => {
  dragging = true;
  tick();
};
at("timeline").onchange = async () => {
  await change({ at: new Date(at("timeline").value * 1000).toISOString() });
  dragging = false;
};
at("station-add").onclick = () => {
  const ends = new Date(cityNow().getTime() + at("station-minutes").value * 60000).toISOString();
  const fault = { kind: at("station-kind").value, until: ends };
  act(() => ask("POST", `/_control/stations/${at("station").value}/fault`, fault));
};
at("feed-add").onclick = () =>
  act(() => ask("POST", `/_control/feeds/${at("feed").value}/fault`, FEED_KINDS[at("feed-kind").value][1]));

refresh();
setInterval(refresh, 2000);
setInterval(tick, 200);
