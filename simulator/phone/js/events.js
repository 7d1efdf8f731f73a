// The live stream: reconnects by itself and says each time it is open, so that what was missed is fetched.

const LONGEST_WAIT = 8000;

export function listen({ onOpen, onEvent, onLost }) {
  let wait = 500;
  let source = null;

  function connect() {
    source = new EventSource("/phone/api/events");
    source.onopen = () => {
      wait = 500;
      onOpen();
    };
    source.onmessage = (message) => onEvent(JSON.parse(message.data));
    source.onerror = () => {
      // The browser retries a dropped stream by itself, but gives up after an error answer: one way for both.
      source.close();
      onLost();
      setTimeout(connect, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    };
  }

  connect();
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => event.persisted && connect());
}
