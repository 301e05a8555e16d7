/* Around allauth's script of keys: what went wrong is said on the page, above the button that was pressed.
   template[data-key-problem="NameOfTheError"]   the words; "" for any other error
   data-key-button="id of the form"              presses itself when Enter is pressed in that form */
(() => {
  "use strict";
  let said;
  document.addEventListener("allauth.error", (event) => {
    const words = [...document.querySelectorAll("template[data-key-problem]")];
    const name = event.detail?.exception?.name;
    const found = words.find((one) => one.dataset.keyProblem === name) || words.find((one) => !one.dataset.keyProblem);
    if (!found) return;
    event.preventDefault();
    said?.remove();
    said = found.content.firstElementChild.cloneNode(true);
    document.querySelector("[data-key-button]").before(said);
  });
  document.addEventListener("submit", (event) => {
    const button = event.target.id && document.querySelector(`[data-key-button="${event.target.id}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
})();
