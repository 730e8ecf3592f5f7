// Voice into an ordinary file field: <input type="file" data-record>. Without it, a file can be chosen.
const LONGEST = 5 * 60 * 1000;
const KINDS = [["audio/webm;codecs=opus", "webm"], ["audio/mp4", "m4a"], ["audio/ogg;codecs=opus", "ogg"]];

export function start(root) {
  if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) return;
  const kind = KINDS.find(([type]) => MediaRecorder.isTypeSupported(type));
  if (kind) root.querySelectorAll("input[data-record]").forEach((input) => offer(input, kind));
}

function offer(input, [type, ending]) {
  if (input.dataset.recording) return;
  input.dataset.recording = "ready";
  const box = document.createElement("div");
  const button = document.createElement("button");
  const status = document.createElement("span");
  box.className = "recorder";
  button.type = "button";
  button.className = "button button-secondary";
  button.textContent = input.dataset.textRecord;
  status.setAttribute("role", "status");
  box.append(button, status);
  input.after(box);
  let recorder = null;

  button.addEventListener("click", async () => {
    if (recorder) return recorder.stop();
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      status.textContent = input.dataset.textNoMicrophone;
      return;
    }
    const parts = [];
    recorder = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: 24000 });
    const began = Date.now();
    const ticking = setInterval(() => {
      const seconds = Math.round((Date.now() - began) / 1000);
      status.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      if (Date.now() - began > LONGEST) recorder?.stop();
    }, 1000);
    recorder.ondataavailable = (event) => parts.push(event.data);
    recorder.onstop = () => {
      clearInterval(ticking);
      stream.getTracks().forEach((track) => track.stop());
      recorder = null;
      button.textContent = input.dataset.textRecord;
      status.textContent = "";
      add(input, new File(parts, `voice-${began}.${ending}`, { type: type.split(";")[0] }));
    };
    recorder.start();
    button.textContent = input.dataset.textStop;
  });
}

function add(input, file) {
  const carrier = new DataTransfer();
  if (input.multiple) Array.from(input.files).forEach((one) => carrier.items.add(one));
  carrier.items.add(file);
  input.files = carrier.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}
