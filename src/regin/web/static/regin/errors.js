// Takes the reader to the list of what is wrong after a form came back.
document.querySelector("[data-focus]")?.focus();
