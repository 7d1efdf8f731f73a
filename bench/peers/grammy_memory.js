// grammY as its documentation shows it for load: the runner, a session in memory.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { run, sequentialize } from "@grammyjs/runner";
import { Bot, InlineKeyboard, MemorySessionStorage, session } from "grammy";

const text = { type: "string" };
const { values: args } = parseArgs({ options: { api: text, token: text, answers: text, database: text } });
const QUESTIONS = 10;
const LABELS = ["Not at all", "A little", "Quite a bit", "Very much"];
const question = (number) => `${number} of ${QUESTIONS}\nHow much were you troubled today, in matter ${number}?`;
const keyboard = (number) => {
  const made = new InlineKeyboard();
  LABELS.forEach((label, value) => made.text(label, `${number}:${value}`).row());
  return made;
};

const bot = new Bot(args.token, { client: { apiRoot: args.api } });
const storage = new MemorySessionStorage();
bot.use(sequentialize((ctx) => ctx.chat?.id.toString()));
bot.use(session({ initial: () => ({ answers: [] }), storage }));

bot.command("start", (ctx) => ctx.reply(question(1), { reply_markup: keyboard(1) }));

bot.callbackQuery(/^(\d+):([0-3])$/, async (ctx) => {
  const number = Number(ctx.match[1]);
  ctx.session.answers.push(Number(ctx.match[2]));
  await ctx.answerCallbackQuery();
  if (number === QUESTIONS) {
    await ctx.editMessageText("Thank you. Your care team can see your answers.");
  } else {
    await ctx.editMessageText(question(number + 1), { reply_markup: keyboard(number + 1) });
  }
});

const runner = run(bot);
const stop = async () => {
  await runner.stop();
  const kept = {};
  for (const key of storage.readAllKeys()) kept[key] = storage.read(key).answers;
  writeFileSync(args.answers, JSON.stringify(kept));
  process.exit(0);
};
process.once("SIGINT", stop);
process.once("SIGTERM", stop);
