"""A request in Spanish from the form to its answer, and every standing page in Spanish and in Arabic."""

import pytest
from playwright.async_api import Page, expect

from tests.browsers import Browse, axe
from tests.journeys import people
from tests.journeys.test_pages import PAGES
from tests.processes import Running

TONGUES = {"es": "ltr", "ar": "rtl"}


@pytest.mark.parametrize("lang", TONGUES)
async def test_a_page_in_another_language_is_clean_and_fits(running: Running, browse: Browse, lang: str) -> None:
    page = await browse(color_scheme="dark" if lang == "ar" else "light", locale=lang)
    for path in PAGES:
        if not path.startswith("/desk"):
            await page.goto(running.base_url + path)
            assert await page.evaluate("() => [document.documentElement.lang, document.dir]") == [lang, TONGUES[lang]]
            await axe(page)
            for width in (320, 1280):
                await page.set_viewport_size({"width": width, "height": 800})
                wide = await page.evaluate("() => document.documentElement.scrollWidth")
                assert wide <= width, f"{path} is {wide} px wide at {width}"


async def test_the_switcher_works_without_a_script_and_the_language_goes_along(
    running: Running, browse: Browse
) -> None:
    page = await browse(javascript=False)
    await page.goto(running.base_url + "/rights/DE")
    await page.get_by_role("link", name="العربية").click()
    await expect(page).to_have_url(running.base_url + "/rights/DE?lang=ar")
    await page.get_by_role("link", name="اتصل بنا").first.click()
    await expect(page).to_have_url(running.base_url + "/contact?lang=ar")
    await page.get_by_role("link", name="English").click()
    await expect(page.get_by_role("heading", name="How to reach people")).to_be_visible()
    assert not await page.context.cookies()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
async def test_ada_asks_and_is_answered_in_spanish(running: Running, browse: Browse, javascript: bool) -> None:
    email = f"ada-es-{'js' if javascript else 'plain'}@people.example"
    ada = await browse(javascript=javascript, locale="es-ES")
    await ada.goto(running.base_url)
    await ada.get_by_role("link", name="Obtener una copia de mis datos").click()
    await people.look(ada)
    await ada.get_by_label("¿Dónde vive?").select_option("ES")
    await ada.get_by_label("Su dirección de correo").fill(email)
    await ada.get_by_role("button", name="Enviar mi solicitud").click()
    await expect(ada.get_by_role("heading", name="Ahora mire en su buzón")).to_be_visible()
    (mail,) = await running.mailbox.wait(to=email)
    reference = people.reference_in(mail)
    assert mail.subject == f"Su solicitud {reference}: confírmela, por favor"
    assert "Qué se pidió: Obtener una copia de mis datos" in mail.text
    assert len(mail.code) == 6
    await prove(await browse(javascript=javascript), mail.link)

    lea = await browse(javascript=javascript)
    await people.staff_sign_in(running, lea, f"lea-{email}", "lead")
    await people.open_case(running, lea, reference)
    await people.step(lea, "match", found_in="Shop accounts, since 2021", data_points="2")
    words = {"text": "Esto es todo lo que tenemos.", "content_third_party_list": "Parcel Post Limited."}
    await people.step(lea, "fulfil", **words)
    (*_, ending) = await running.mailbox.wait(3, to=email)
    assert ending.subject == f"Su solicitud {reference}: nuestra respuesta"
    assert "Hemos hecho lo que pidió." in ending.text
    assert "Esto es todo" not in ending.text
    await read(running, await browse(javascript=javascript, locale="es"), email)


async def prove(page: Page, link: str) -> None:
    """In a browser that asks for English: the link of a letter in Spanish leads to pages in Spanish."""
    await page.goto(link)
    await page.get_by_role("button", name="Sí, fui yo").click()
    await expect(page.get_by_role("heading", name="Cómo va")).to_be_visible()
    await expect(page.get_by_text("Con nuestro personal")).to_be_visible()
    await people.look(page)


async def read(running: Running, page: Page, email: str) -> None:
    """Sign in by a link in Spanish, and read the answer after a fresh code."""
    await page.goto(f"{running.base_url}/sign-in")
    await page.get_by_label("Su dirección de correo").fill(email)
    await page.locator("main form button").click()
    (*_, mail) = await running.mailbox.wait(4, to=email)
    assert mail.subject == "Su enlace para iniciar sesión"
    await page.goto(mail.link)
    await page.locator("main form button").click()
    await page.get_by_role("link", name="Obtener una copia de mis datos").click()
    await expect(page.get_by_text("Atendida").first).to_be_visible()
    await page.get_by_role("link", name="Leer la respuesta").click()
    await page.locator("main form button").first.click()
    (*_, code) = await running.mailbox.wait(5, to=email)
    await page.get_by_label("Código").fill(code.code)
    await page.get_by_role("button", name="Continuar").click()
    await expect(page.get_by_text("Esto es todo lo que tenemos.")).to_be_visible()
    await expect(page.get_by_role("heading", name="Los terceros a los que fueron los datos")).to_be_visible()
    await people.look(page)
